import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveSimilarity

/// Of every row of a batch, the farthest row of its label and the nearest row of another.
///
/// For one anchor a the rows b are in the order of
/// ```
/// score(b) = a·b − ½‖b‖² = ½‖a‖² − ½‖a − b‖²
/// ```
/// at whatever lengths: a GEMM for a tile, and one look for its rows' largest scores.
/// Scores are rounded, and not the same way everywhere in a tile. So all rows whose score is within
/// rounding of the best are kept, and where there are several, their distances decide, and then their
/// order: the choice depends on the rows alone.
struct HardestTriplets<Scalar: EmbeddingScalar>: Sendable {
  let loss: TripletMargin
  let rows: Block<Scalar>
  let groups: LabelGroups
  let options: ComputeOptions
  private let work: SharedWork
  private let squares: [Double]

  /// ‖b‖² of the score. A row of zeros is at cosine 0 of all rows, as a row of length 1 can be.
  private var scoredSquares: [Double] {
    loss.distance == .cosine ? squares.map { $0 == 0 ? 1 : $0 } : squares
  }

  private var isa: InstructionSet { options.isa }

  /// - Parameter rows: As distances are taken of them.
  /// - Throws: `ContrastiveError` if a squared distance might overflow.
  init(
    loss: TripletMargin, rows: Block<Scalar>, groups: LabelGroups, options: ComputeOptions
  ) throws(ContrastiveError) {
    self.loss = loss
    self.rows = rows
    self.groups = groups
    self.options = options
    work = SharedWork(options)
    squares = rows.dots(with: rows, on: options.isa)
    try squares.requireFinite(.squaredDistances, as: Scalar.self, named: .embeddings)
  }

  func run() throws(ContrastiveError) -> [Triplet] {
    let count = rows.rowCount
    // Few rows are shared by all threads.
    let share = (count + 2 * options.threads - 1) / max(1, 2 * options.threads)
    let tileRows = max(1, min(options.tileRows ?? min(256, max(16, share)), count))
    let tileColumns = max(1, min(options.tileColumns ?? 512, count))
    let offsets = Block<Scalar>(halves: scoredSquares)
    let blocks = (0..<count).parts(of: tileRows).map { RowBlock($0) }
    let tiles: [Block<Scalar>] = (0..<max(1, options.threads)).map { _ in
      options.block(rowCount: tileRows, columnCount: tileColumns, padded: true)
    }
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try work.forEach(blocks.count) { worker, item throws(ContrastiveError) in
        let block = blocks[item]
        block.triplets = try triplets(
          of: block.range, tileColumns: tileColumns, offsets: offsets, tile: tiles[worker])
      }
    }
    return blocks.flatMap(\.triplets)
  }

  private final class RowBlock: @unchecked Sendable {
    let range: Range<Int>
    var triplets: [Triplet] = []

    init(_ range: Range<Int>) { self.range = range }
  }

  /// The rows that may be the best, by their scores.
  private struct Shortlist {
    /// How far apart the scores of two equally good rows may be.
    let margin: Scalar
    private(set) var best = -Scalar.infinity
    private var candidates: [(row: Int, score: Scalar)] = []

    init(margin: Scalar) { self.margin = margin }

    /// The least score to be on the list.
    var threshold: Scalar { best - margin }

    mutating func add(_ row: Int, score: Scalar) {
      guard score >= threshold else { return }
      best = max(best, score)
      candidates.append((row, score))
    }

    /// Those that are still on it, in the order in which they came.
    var rows: [Int] { candidates.filter { $0.score >= threshold }.map(\.row) }
  }

  private func triplets(
    of range: Range<Int>, tileColumns: Int, offsets: Block<Scalar>, tile whole: Block<Scalar>
  ) throws(ContrastiveError) -> [Triplet] {
    // A score is off by the rounding of a·b and of ½‖b‖², and the other's in the other direction.
    let margin = Scalar(
      3 * Scalar.dotRounding(dimension: rows.columnCount) * (squares.max() ?? 0))
    let empty = Array(repeating: Shortlist(margin: margin), count: range.count)
    var (nearest, farthest) = (empty, empty)
    let anchors = rows.rows(range)
    let roles = ColumnRoles.labels(groups)
    for columns in (0..<rows.rowCount).parts(of: tileColumns) {
      try work.checkCancellation()
      let tile = whole.rows(0..<range.count).columns(0..<columns.count)
      for row in 0..<tile.rowCount {
        tile.rows(row..<row + 1).copy(offsets.columns(columns))
      }
      tile.setProduct(anchors, rows.rows(columns), transposingRight: true, accumulating: true)
      var largest = Array(repeating: -Double.infinity, count: range.count)
      for row in 0..<range.count {
        roles.forEachException(ofRow: range.lowerBound + row, in: columns) { column, isPositive in
          if isPositive {
            farthest[row].add(column, score: -tile[row, column - columns.lowerBound])
          }
          tile[row, column - columns.lowerBound] = -.infinity
        }
      }
      var ranks: RankCounts?
      tile.updateMaximum(&largest, counting: &ranks, on: isa)
      // Few tiles hold a score that is larger than any before.
      for row in 0..<range.count
      where largest[row] > -.infinity && Scalar(largest[row]) >= nearest[row].threshold {
        let least = max(nearest[row].threshold, Scalar(largest[row]) - margin)
        for column in 0..<columns.count where tile[row, column] >= least {
          nearest[row].add(columns.lowerBound + column, score: tile[row, column])
        }
      }
    }
    return range.enumerated().compactMap { row, anchor in
      guard let positive = first(of: farthest[row].rows, from: anchor, by: >),
        let negative = first(of: nearest[row].rows, from: anchor, by: <)
      else { return nil }
      return Triplet(anchor: anchor, positive: positive, negative: negative)
    }
  }

  /// The first row of a list whose distance no other's is before.
  private func first(
    of list: [Int], from anchor: Int, by isBefore: (Double, Double) -> Bool
  ) -> Int? {
    guard list.count > 1 else { return list.first }
    let chunk = min(64, list.count)
    func scratch() -> Block<Scalar> {
      options.block(rowCount: chunk, columnCount: rows.columnCount)
    }
    let (ownScratch, otherScratch) = (scratch(), scratch())
    ownScratch.copy(rows, rows: Array(repeating: anchor, count: chunk))
    var best: (row: Int, distance: Double)?
    for part in list.indices.parts(of: chunk).map({ Array(list[$0]) }) {
      let others = otherScratch.rows(0..<part.count)
      others.copy(rows, rows: part)
      let distances = loss.distances(ownScratch.rows(0..<part.count), others, on: isa).values
      for (row, distance) in zip(part, distances) {
        if let best, !isBefore(distance, best.distance) { continue }
        best = (row, distance)
      }
    }
    return best?.row
  }
}

extension Block {
  /// A row of −½ of some numbers.
  fileprivate init(halves squares: [Double]) {
    self.init(rowCount: 1, columnCount: squares.count)
    for (column, square) in squares.enumerated() { self[0, column] = Scalar(-square / 2) }
  }
}
