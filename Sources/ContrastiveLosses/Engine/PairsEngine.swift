import ContrastiveEmbeddings
import ContrastiveSimilarity

/// Streams columns past blocks of rows, for losses without a softmax: a pair's term and slope need
/// its own logit alone, and a context that its row brings along (see `PairsProblem`), so that a tile
/// of logits is turned into slopes where it lies, gives both gradients by GEMM, and is done with: one
/// pass, 6NMd flops, memory for a tile per thread.
///
/// Threads share a row block's tiles in groups of neighbours. A tile's columns are its thread's
/// alone; what its rows get is added up group by group at the end of the row block.
struct PairsEngine<Scalar: EmbeddingScalar>: Sendable {
  let problem: PairsProblem<Scalar>
  let options: ComputeOptions
  private let tileRows: Int
  private let groups: [Group]
  private let scratch: [TileScratch<Scalar>]

  private var isa: InstructionSet { options.isa }

  init(_ problem: PairsProblem<Scalar>, options: ComputeOptions) {
    self.problem = problem
    self.options = options
    let (rowCount, columnCount) = (problem.rows.rowCount, problem.columns.rowCount)
    let dimension = problem.rows.columnCount
    let tileRows = max(1, min(options.tileRows ?? 256, rowCount))
    // With few columns, smaller tiles leave every thread some.
    let wanted = options.shareCount
    let share = (columnCount + wanted - 1) / wanted
    let tileColumns = max(1, options.tileColumns ?? min(512, max(64, (share + 63) / 64 * 64)))
    let tiles = stride(from: 0, to: columnCount, by: tileColumns).map {
      $0..<min($0 + tileColumns, columnCount)
    }
    let perGroup = max(1, (tiles.count + wanted - 1) / wanted)
    self.tileRows = tileRows
    groups = stride(from: 0, to: tiles.count, by: perGroup).map {
      Group(
        tiles: Array(tiles[$0..<min($0 + perGroup, tiles.count)]),
        rowGradient: problem.rowsNeedGradient
          ? options.block(rowCount: tileRows, columnCount: dimension) : nil,
        dimension: dimension)
    }
    scratch = (0..<max(1, options.threads)).map { _ in
      TileScratch(
        rows: tileRows, columns: tileColumns, dimension: dimension, options: options)
    }
  }

  /// Neighbouring tiles of a row block, which one thread at a time works on.
  private final class Group: @unchecked Sendable {
    /// Their columns.
    let tiles: [Range<Int>]

    // Of the present row block:

    var sums = PairSums(rowCount: 0)
    let rowGradient: Block<Scalar>?

    // Of all row blocks so far:

    /// The sum of the logits of rows' own columns, without the offsets.
    var positiveSum = 0.0

    /// The sum of the unit columns.
    var columnSum: [Double]

    init(tiles: [Range<Int>], rowGradient: Block<Scalar>?, dimension: Int) {
      self.tiles = tiles
      self.rowGradient = rowGradient
      columnSum = Array(repeating: 0, count: dimension)
    }
  }

  // Specialised for the callers in other modules, as `RowsEngine.run`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run() -> PairsResult<Scalar> {
    Workers.withSingleThreadedBLAS {
      var result = PairsResult<Scalar>()
      let (rowCount, dimension) = (problem.rows.rowCount, problem.rows.columnCount)
      if problem.rowsNeedGradient {
        result.rowGradient = options.block(
          rowCount: rowCount, columnCount: dimension, zeroed: true)
      }
      if problem.columnsNeedGradient {
        result.columnGradient = options.block(
          rowCount: problem.columns.rowCount, columnCount: dimension)
      }
      let buffer: Block<Scalar> = options.block(
        rowCount: problem.rows.areUnit ? 0 : tileRows, columnCount: dimension)
      var rowSum = Array(repeating: 0.0, count: dimension)
      for start in stride(from: 0, to: rowCount, by: tileRows) {
        let range = start..<min(start + tileRows, rowCount)
        let rows = problem.rows.unit(range, into: buffer, on: isa)
        if problem.observes { rows.addColumnSums(to: &rowSum, on: isa) }
        let columnGradient = result.columnGradient
        Workers.forEach(groups.count, threads: options.threads) { worker, item in
          run(
            groups[item], of: range, rows: rows, columnGradient: columnGradient,
            scratch: scratch[worker])
        }
        finish(range, in: &result)
      }
      if problem.observes { observeSimilarities(rowSum: rowSum, in: &result) }
      return result
    }
  }

  /// The weights that rows have in common, which the products are scaled by, and those they differ
  /// in, which the slopes are multiplied by.
  private var commonWeight: Double {
    if case .equal(let weight) = problem.weights { weight } else { 1 }
  }

  private func rowWeights(_ range: Range<Int>) -> [Scalar] {
    guard case .each(let weights) = problem.weights else {
      return Array(repeating: 1, count: range.count)
    }
    return weights[range].map { Scalar($0) }
  }

  private func run(
    _ group: Group, of range: Range<Int>, rows: Block<Scalar>, columnGradient: Block<Scalar>?,
    scratch: TileScratch<Scalar>
  ) {
    let productScale = Scalar(problem.scale * commonWeight)
    let factors = problem.needsGradient ? rowWeights(range) : nil
    let rowGradient = group.rowGradient?.rows(0..<range.count)
    let offsets = Array(problem.offsets[range])
    group.sums = PairSums(rowCount: range.count)
    for tile in group.tiles {
      let columns = problem.columns.unit(tile, into: scratch.keys, on: isa)
      if range.lowerBound == 0, problem.observes {
        columns.addColumnSums(to: &group.columnSum, on: isa)
      }
      let logits = scratch.logits.rows(0..<range.count).columns(0..<tile.count)
      logits.setSimilarities(of: rows, and: columns, scale: Scalar(problem.scale))
      var own: [(row: Int, column: Int, logit: Double)] = []
      for row in 0..<range.count {
        let pair = problem.roles.positiveColumn(ofRow: range.lowerBound + row)
        guard let pair, tile.contains(pair) else { continue }
        let column = pair - tile.lowerBound
        own.append((row, column, Double(logits[row, column])))
        group.positiveSum += Double(logits[row, column])
        logits[row, column] = -.infinity
      }
      switch problem.term {
      case .hinge:
        logits.addHingeSums(
          to: &group.sums, bias: offsets, storingSlopesTimes: factors, on: isa)
      case .sigmoid:
        logits.addSoftplusSums(
          to: &group.sums, bias: offsets, storingSlopesTimes: factors, on: isa)
        for (row, column, logit) in own {
          let slope = group.sums.addPositive(logit, offset: Double(offsets[row]), row: row)
          if let factors { logits[row, column] = Scalar(slope) * factors[row] }
        }
      }
      rowGradient?.setProduct(
        logits, columns, scale: productScale, accumulating: tile != group.tiles.first)
      columnGradient?.rows(tile).setProduct(
        logits, rows, transposingLeft: true, scale: productScale,
        accumulating: range.lowerBound > 0)
    }
  }

  /// Adds up what the groups have of a row block.
  private func finish(_ range: Range<Int>, in result: inout PairsResult<Scalar>) {
    for (row, term) in range.enumerated() {
      let weight = problem.weights[term]
      var (value, slope) = (0.0, 0.0)
      for group in groups {
        value += group.sums.value[row]
        slope += group.sums.slope[row]
        result.logScaleSlope += weight * group.sums.weighted[row]
      }
      result.values.append(value)
      result.value += weight * value
      result.offsetSlopes.append(weight * slope)
    }
    guard let gradient = result.rowGradient?.rows(range) else { return }
    for group in groups {
      guard let part = group.rowGradient else { continue }
      gradient.add(part.rows(0..<range.count), on: isa)
    }
  }

  /// As `RowsEngine.observeSimilarities`.
  private func observeSimilarities(rowSum: [Double], in result: inout PairsResult<Scalar>) {
    for group in groups {
      let positives = group.positiveSum / problem.scale
      result.positiveSimilarity += positives
      result.negativeSimilarity -= positives
      for (r, c) in zip(rowSum, group.columnSum) { result.negativeSimilarity += r * c }
    }
  }
}

extension PairSums {
  /// Adds softplus(−u) and its slopes, u = logit + offset, to a row's sums, and returns the slope
  /// by u.
  mutating func addPositive(_ logit: Double, offset: Double, row: Int) -> Double {
    let margin = -(logit + offset)
    let slope = -logistic(margin)
    value[row] += softplus(margin)
    self.slope[row] += slope
    weighted[row] += slope * logit
    return slope
  }
}
