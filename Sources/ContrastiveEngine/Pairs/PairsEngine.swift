package import ContrastiveEmbeddings
import ContrastiveSimilarity

/// Streams columns past blocks of rows, for losses without a softmax: a pair's term and slope need
/// its own logit alone, and a context that its row brings along (see `PairsProblem`), so that a tile
/// of logits is turned into slopes where it lies, gives both gradients by GEMM, and is done with: one
/// pass, 6NMd flops, memory for a tile per thread.
///
/// Threads share a row block's tiles in groups of neighbours. A tile's columns are its thread's
/// alone; what its rows get is added up group by group at the end of the row block.
package struct PairsEngine<Scalar: EmbeddingScalar>: Sendable {
  package let problem: PairsProblem<Scalar>
  package let options: ComputeOptions
  private let work: SharedWork
  private let tileRows: Int
  private let rowBlocks: [Range<Int>]
  private let groups: [Group]
  private let scratch: [TileScratch<Scalar>]
  private let products: TileProducts<Scalar>

  private var isa: InstructionSet { options.isa }

  package init(_ problem: PairsProblem<Scalar>, options: ComputeOptions) {
    self.problem = problem
    self.options = options
    work = SharedWork(options)
    let (rowCount, columnCount) = (problem.rows.rowCount, problem.columns.rowCount)
    let dimension = problem.rows.columnCount
    products = TileProducts(options, dimension: dimension)
    let tileRows = max(1, min(options.tileRows ?? 256, rowCount))
    let wanted = options.shareCount
    let tileColumns = max(1, options.tileColumns ?? options.tileColumns(of: columnCount))
    let grid = TileGrid(
      rowCount: rowCount, columnCount: columnCount, tileRows: tileRows, tileColumns: tileColumns)
    rowBlocks = grid.rowBlocks
    self.tileRows = tileRows
    groups = grid.columnBlocks.groups(wanted).map { tiles in
      Group(
        tiles: tiles,
        rowGradient: problem.rowsNeedGradient
          ? options.block(rowCount: tileRows, columnCount: dimension) : nil,
        dimension: dimension)
    }
    scratch = (0..<max(1, options.threads)).map { _ in
      TileScratch(
        rows: tileRows, columns: tileColumns, dimension: dimension,
        copiesKeys: problem.columns.unitRowsNeedRoom, options: options)
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

    /// The sum of the cosines of rows' own columns, and how many there were.
    var own = (sum: 0.0, count: 0)

    /// The sum of the cosines of columns that are left out, and how many there were.
    var excluded = (sum: 0.0, count: 0)

    /// The sum of the unit columns.
    var columnSum: [Double]

    init(tiles: [Range<Int>], rowGradient: Block<Scalar>?, dimension: Int) {
      self.tiles = tiles
      self.rowGradient = rowGradient
      columnSum = Array(repeating: 0, count: dimension)
    }
  }

  package func run() throws(ContrastiveError) -> PairsResult<Scalar> {
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      let (rowCount, dimension) = (problem.rows.rowCount, problem.rows.columnCount)
      var result = PairsResult<Scalar>(rowCount: rowCount)
      if problem.rowsNeedGradient {
        result.rowGradient = options.block(
          rowCount: rowCount, columnCount: dimension, zeroed: true)
      }
      if problem.columnsNeedGradient {
        result.columnGradient = options.block(
          rowCount: problem.columns.rowCount, columnCount: dimension)
      }
      let buffer: Block<Scalar> = options.block(rowCount: tileRows, columnCount: dimension)
      var rowSum = Array(repeating: 0.0, count: dimension)
      for range in rowBlocks {
        // A row's scale is multiplied into it, as in `RowBlock`.
        let rows = buffer.rows(0..<range.count)
        let unit = problem.rows.unit(range, into: rows, on: isa)
        if problem.observes { unit.addColumnSums(to: &rowSum, on: isa) }
        if problem.rows.areUnit { rows.copy(unit) }
        rows.scaleRows(by: range.map { problem.scales[$0] }, on: isa)
        let columnGradient = result.columnGradient
        let factors = products.rows(rows)
        try work.forEach(groups.count) { worker, item throws(ContrastiveError) in
          try run(
            groups[item], of: range, rows: factors, columnGradient: columnGradient,
            scratch: scratch[worker])
        }
        finish(range, in: &result)
      }
      if problem.observes { observeSimilarities(rowSum: rowSum, in: &result) }
      result.logitError = products.logitError
      return result
    }
  }

  /// The weights that rows have in common, which the products are scaled by, and those they differ
  /// in, which the slopes are multiplied by.
  private var commonWeight: Double {
    if case .equal(let weight) = problem.weights { weight } else { 1 }
  }

  private func rowWeights(_ range: Range<Int>) -> [Double] {
    guard case .each(let weights) = problem.weights else {
      return Array(repeating: 1, count: range.count)
    }
    return Array(weights[range])
  }

  private func run(
    _ group: Group, of range: Range<Int>, rows factors: ProductRows<Scalar>,
    columnGradient: Block<Scalar>?, scratch: TileScratch<Scalar>
  ) throws(ContrastiveError) {
    let rows = factors.block
    let productScale = Scalar(commonWeight)
    let weights = problem.needsGradient ? rowWeights(range) : nil
    let rowGradient = group.rowGradient?.rows(0..<range.count)
    let offsets = Array(problem.offsets[range])
    group.sums = PairSums(rowCount: range.count)
    for tile in group.tiles {
      try work.checkCancellation()
      let columns = problem.columns.unit(tile, into: scratch.keys, on: isa)
      if range.lowerBound == 0, problem.observes {
        columns.addColumnSums(to: &group.columnSum, on: isa)
      }
      let logits = scratch.logits.rows(0..<range.count).columns(0..<tile.count)
      products.setLogits(logits, of: factors, and: columns)
      var own: [(row: Int, column: Int, logit: Double)] = []
      var slopes: [(row: Int, column: Int, slope: Double)] = []
      for row in 0..<range.count {
        let scale = problem.scales[range.lowerBound + row]
        problem.roles.forEachException(ofRow: range.lowerBound + row, in: tile) { pair, _ in
          let column = pair - tile.lowerBound
          let logit =
            products.roundsLogits
            ? rows.rows(row..<row + 1).dots(with: columns.rows(column..<column + 1), on: isa)[0]
            : Double(logits[row, column])
          own.append((row, column, logit))
          group.own.sum += logit / scale
          group.own.count += 1
          logits[row, column] = -.infinity
        }
      }
      if let excluded = problem.excluded {
        for row in 0..<range.count {
          let scale = problem.scales[range.lowerBound + row]
          excluded.forEach(ofRow: range.lowerBound + row, in: tile) {
            group.excluded.sum += Double(logits[row, $0 - tile.lowerBound]) / scale
            group.excluded.count += 1
            logits[row, $0 - tile.lowerBound] = -.infinity
          }
        }
      }
      switch problem.term {
      case .hinge:
        logits.addHingeSums(
          to: &group.sums, bias: offsets, storingSlopesTimes: weights, on: isa)
      case .sigmoid:
        logits.addSoftplusSums(
          to: &group.sums, bias: offsets, storingSlopesTimes: weights, on: isa)
        for (row, column, logit) in own {
          let slope = group.sums.addPositive(logit, offset: offsets[row], row: row)
          guard let weights else { continue }
          if products.roundsGradients {
            slopes.append((row, column, slope * weights[row]))
          } else {
            logits[row, column] = Scalar(slope * weights[row])
          }
        }
      }
      if let rowGradient {
        products.setGradient(
          rowGradient, logits, columns, scale: productScale,
          accumulating: tile != group.tiles.first)
      }
      let columnGradient = columnGradient?.rows(tile)
      if let columnGradient {
        products.setGradient(
          columnGradient, logits, rows, transposingLeft: true, scale: productScale,
          accumulating: range.lowerBound > 0)
      }
      // Much of a row's gradient, and so no part of a product that rounds.
      for (row, column, slope) in slopes {
        let (own, other) = (row..<row + 1, column..<column + 1)
        rowGradient?.rows(own).add(
          columns.rows(other), times: [slope * commonWeight], on: isa)
        columnGradient?.rows(other).add(rows.rows(own), times: [slope * commonWeight], on: isa)
      }
    }
  }

  /// Adds up what the groups have of a row block.
  private func finish(_ range: Range<Int>, in result: inout PairsResult<Scalar>) {
    for (row, term) in range.enumerated() {
      let weight = problem.weights[term]
      var (value, slope, scaleSlope) = (0.0, 0.0, 0.0)
      for group in groups {
        value += group.sums.value[row]
        slope += group.sums.slope[row]
        scaleSlope += group.sums.weighted[row]
      }
      result.logScaleSlopes.append(weight * scaleSlope)
      result.values.append(value)
      result.value += weight * value
      result.offsetSlopes.append(weight * slope)
    }
    guard let gradient = result.rowGradient?.rows(range) else { return }
    for group in groups {
      guard let part = group.rowGradient else { continue }
      gradient.add(
        part.rows(0..<range.count), times: range.map { problem.scales[$0] }, on: isa)
    }
  }

  /// The sum of all similarities is the inner product of two sums: no pass over N × M.
  private func observeSimilarities(rowSum: [Double], in result: inout PairsResult<Scalar>) {
    for group in groups {
      result.positiveSimilarity += group.own.sum
      result.positiveCount += group.own.count
      result.negativeSimilarity -= group.own.sum + group.excluded.sum
      result.excludedCount += group.excluded.count
      for (r, c) in zip(rowSum, group.columnSum) { result.negativeSimilarity += r * c }
    }
  }
}
