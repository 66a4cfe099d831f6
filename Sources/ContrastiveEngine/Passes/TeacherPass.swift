package import ContrastiveEmbeddings
package import ContrastiveKernels
import ContrastiveSimilarity
import RealModule

/// What a teacher's softmaxes over a batch, both ways, say of a student's cosines: soft targets for every pair, none of
/// which is held.
///
/// Anchors are the rows, and then the columns, as many. Pair i of row and column i is held apart from the others, as in
/// the student's own softmax, so that what is all but certain keeps its digits: with ℓ over the others,
/// ```
/// pᵢᵢ = σ(tᵢᵢ − ℓ),    1 − pᵢᵢ = σ(ℓ − tᵢᵢ)
/// pᵢⱼ = (1 − pᵢᵢ)·exp(tᵢⱼ − ℓ)
/// ```
/// Tiles of the teacher's logits and of the student's cosines are computed side by side, and turned into
/// weights a tile at a time.
package struct TeacherPass<Scalar: EmbeddingScalar>: Sendable {
  private let rows: Block<Scalar>
  private let columns: Block<Scalar>

  /// What a column is to a row: its own, or another pair, or nothing, on either side.
  private let roles: ColumnRoles

  private let scale: Double
  private let options: ComputeOptions
  private let work: SharedWork

  /// Of every anchor: p of another pair is factor · exp(t − shift).
  private let shift: [Double]
  private let factor: [Double]

  /// p of every anchor's own pair.
  package let own: [Double]

  /// 1 − p of every anchor's own pair.
  package let others: [Double]

  /// −Σ p log p of every anchor, in nats.
  package let entropies: [Double]

  private var isa: InstructionSet { options.isa }

  /// Sums up the teacher's softmaxes.
  ///
  /// - Parameters:
  ///   - rows: N unit rows.
  ///   - columns: As many.
  ///   - roles: `.diagonal`, or `.pairs`.
  ///   - scale: 1/τ.
  package init(
    rows: Block<Scalar>, columns: Block<Scalar>, roles: ColumnRoles, scale: Double,
    options: ComputeOptions
  ) throws(ContrastiveError) {
    var options = options
    // Sums and weights are to be of the same logits.
    options.products = .full
    (self.rows, self.columns, self.roles) = (rows, columns, roles)
    (self.scale, self.options) = (scale, options)
    work = SharedWork(options)
    let sums = try BlockPass(
      rows: rows, columns: columns, roles: roles, scales: .one(scale),
      needsGradient: (false, false),
      keepsTiles: false, takesMaxima: options.alwaysTakesMaxima, options: options
    ).statistics(ranks: nil, observes: false)
    let statistics = sums.rows.appending(sums.columns)
    let logits = rows.dots(with: columns, threads: options.threads, on: options.isa).map {
      scale * $0
    }
    let margins = zip(statistics.logSumExp(), logits + logits).map { $0 - $1 }
    let others = margins.map { logistic($0) }
    shift = statistics.shifts[0].finite
    factor = zip(others, statistics.sums[0].sum).map { $1 > 0 ? $0 / $1 : 0 }
    own = margins.map { logistic(-$0) }
    self.others = others
    // Of another pair −log p is −log(1 − pᵢᵢ) and what the softmax among the others has.
    entropies = zip(margins, statistics.entropies()).map { margin, entropy in
      guard margin > -.infinity else { return 0 }
      return logistic(-margin) * softplus(margin) + logistic(margin) * (softplus(-margin) + entropy)
    }
  }

  /// What comes of a student's rows.
  package struct Result: Sendable {
    /// Σ pᵢⱼ·cᵢⱼ of every anchor over the pairs that are not its own.
    package fileprivate(set) var cosines: [Double]

    /// The gradients of −Σ slope·Σ p·c by the unit rows, those of own pairs left out.
    package fileprivate(set) var rowGradient: Block<Scalar>?
    package fileprivate(set) var columnGradient: Block<Scalar>?
  }

  /// Neighbouring tiles of a row block, which one thread at a time works on.
  private final class Group: @unchecked Sendable {
    let tiles: [Range<Int>]
    let rowGradient: Block<Scalar>?
    /// Of the present row block.
    var ofRows: [Double] = []
    /// Of all row blocks so far.
    var ofColumns: [Double]

    var first: Int { tiles[0].lowerBound }

    init(tiles: [Range<Int>], rowGradient: Block<Scalar>?) {
      self.tiles = tiles
      self.rowGradient = rowGradient
      ofColumns = Array(repeating: 0, count: tiles.reduce(0) { $0 + $1.count })
    }
  }

  /// What a thread needs for a tile.
  private struct Scratch: Sendable {
    let logits: Block<Scalar>
    let cosines: Block<Scalar>
    let weights: Block<Scalar>
    let transposedWeights: Block<Scalar>
    let transposedCosines: Block<Scalar>

    init(rows: Int, columns: Int, options: ComputeOptions) {
      func block(_ rowCount: Int, _ columnCount: Int) -> Block<Scalar> {
        options.block(rowCount: rowCount, columnCount: columnCount, padded: true)
      }
      (logits, cosines, weights) = (
        block(rows, columns), block(rows, columns), block(rows, columns)
      )
      (transposedWeights, transposedCosines) = (block(columns, rows), block(columns, rows))
    }
  }

  /// - Parameters:
  ///   - studentRows: N unit rows, of any dimension.
  ///   - studentColumns: As many.
  ///   - slopes: What an anchor's Σ p·c is multiplied by in the gradients.
  package func run(
    studentRows: Block<Scalar>, studentColumns: Block<Scalar>, slopes: [Double],
    rowsNeedGradient: Bool, columnsNeedGradient: Bool
  ) throws(ContrastiveError) -> Result {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      let (count, dimension) = (rows.rowCount, studentRows.columnCount)
      let tileRows = max(1, min(options.tileRows ?? 256, count))
      let tileColumns = max(1, options.tileColumns ?? options.tileColumns(of: count))
      let grid = TileGrid(
        rowCount: count, columnCount: count, tileRows: tileRows, tileColumns: tileColumns)
      let groups = grid.columnBlocks.groups(options.shareCount).map { tiles in
        Group(
          tiles: tiles,
          rowGradient: rowsNeedGradient
            ? options.block(rowCount: tileRows, columnCount: dimension) : nil)
      }
      let scratch = (0..<max(1, options.threads)).map { _ in
        Scratch(rows: tileRows, columns: min(tileColumns, count), options: options)
      }
      var result = Result(cosines: Array(repeating: 0, count: 2 * count))
      if rowsNeedGradient {
        result.rowGradient = options.block(
          rowCount: count, columnCount: dimension, zeroed: true)
      }
      if columnsNeedGradient {
        result.columnGradient = options.block(rowCount: count, columnCount: dimension)
      }
      let (columnGradient, factors) = (result.columnGradient, zip(factor, slopes).map(*))
      for range in grid.rowBlocks {
        try work.forEach(groups.count) { worker, item throws(ContrastiveError) in
          let group = groups[item]
          group.ofRows = Array(repeating: 0, count: range.count)
          for tile in group.tiles {
            try work.checkCancellation()
            add(
              tile, of: range, to: group, student: (studentRows, studentColumns),
              factors: factors, columnGradient: columnGradient, scratch: scratch[worker])
          }
        }
        for group in groups {
          for (place, row) in range.enumerated() { result.cosines[row] += group.ofRows[place] }
          if let part = group.rowGradient {
            result.rowGradient?.rows(range).add(part.rows(0..<range.count), on: isa)
          }
        }
      }
      for group in groups {
        for (place, sum) in group.ofColumns.enumerated() {
          result.cosines[count + group.first + place] = sum
        }
      }
      return result
    }
  }

  private func add(
    _ tile: Range<Int>, of range: Range<Int>, to group: Group,
    student: (rows: Block<Scalar>, columns: Block<Scalar>), factors: [Double],
    columnGradient: Block<Scalar>?, scratch: Scratch
  ) {
    let (count, own) = (rows.rowCount, 0..<range.count)
    let anchors = count + tile.lowerBound..<count + tile.upperBound
    func part(_ block: Block<Scalar>) -> Block<Scalar> { block.rows(own).columns(0..<tile.count) }
    func transposed(_ block: Block<Scalar>) -> Block<Scalar> {
      block.rows(0..<tile.count).columns(own)
    }
    let (logits, cosines) = (part(scratch.logits), part(scratch.cosines))
    logits.setSimilarities(
      of: rows.rows(range), and: columns.rows(tile), scale: Scalar(scale))
    let (studentRows, studentColumns) = (student.rows.rows(range), student.columns.rows(tile))
    cosines.setSimilarities(of: studentRows, and: studentColumns)
    for row in range {
      roles.forEachException(ofRow: row, in: tile) { column, _ in
        let place = (row - range.lowerBound, column - tile.lowerBound)
        logits[place.0, place.1] = -.infinity
        cosines[place.0, place.1] = 0
      }
    }

    let weights = part(scratch.weights)
    weights.copy(logits)
    weights.setWeights([term(range)], on: isa)
    for (place, sum) in weights.dots(with: cosines, on: isa).enumerated() {
      group.ofRows[place] += sum
    }
    let (ofColumns, others) = (
      transposed(scratch.transposedWeights), transposed(scratch.transposedCosines)
    )
    ofColumns.setTransposed(logits, on: isa)
    ofColumns.setWeights([term(anchors)], on: isa)
    others.setTransposed(cosines, on: isa)
    for (place, sum) in ofColumns.dots(with: others, on: isa).enumerated() {
      group.ofColumns[tile.lowerBound - group.first + place] += sum
    }

    guard group.rowGradient != nil || columnGradient != nil else { return }
    logits.setMutualWeights(
      .logits, rows: MutualTerm(shift: shift[range], factor: factors[range]),
      columns: MutualTerm(shift: shift[anchors], factor: factors[anchors]), on: isa)
    group.rowGradient?.rows(own).setProduct(
      logits, studentColumns, scale: -1, accumulating: tile != group.tiles.first)
    columnGradient?.rows(tile).setProduct(
      logits, studentRows, transposingLeft: true, scale: -1,
      accumulating: range.lowerBound > 0)
  }

  private func term(_ anchors: Range<Int>) -> ExponentialTerm {
    ExponentialTerm(exponent: 1, shift: Array(shift[anchors]), factor: Array(factor[anchors]))
  }
}
