import ContrastiveEmbeddings
import ContrastiveKernels

/// What a thread needs for a tile of all prefixes.
struct NestedScratch<Scalar: EmbeddingScalar>: Sendable {
  private let products: Block<Scalar>
  private let weights: Block<Scalar>

  init(rows: Int, columns: Int, options: ComputeOptions) {
    products = options.block(rowCount: rows, columnCount: columns, padded: true)
    weights = options.block(rowCount: rows, columnCount: columns, padded: true)
  }

  func products(_ rows: Int, _ columns: Int) -> Block<Scalar> {
    products.rows(0..<rows).columns(0..<columns)
  }

  func weights(_ rows: Int, _ columns: Int) -> Block<Scalar> {
    weights.rows(0..<rows).columns(0..<columns)
  }
}

/// What gradients by nested rows are added to.
///
/// A tile's columns are its thread's alone; its rows are added up by panel, and then, in order.
struct NestedGradients<Scalar: EmbeddingScalar>: Sendable {
  private let queries: NestedRows<Scalar>
  private let keys: NestedRows<Scalar>
  private let options: ComputeOptions
  private let queryGradient: Block<Scalar>?
  private let keyGradient: Block<Scalar>?
  private let parts: [Block<Scalar>]

  /// Σ of weights times logits, by prefix and row.
  private let queryMoments: Block<Double>
  private let keyMoments: Block<Double>

  init(
    queries: NestedRows<Scalar>, keys: NestedRows<Scalar>, problem: NestedProblem,
    shareCount: Int, tileRows: Int, options: ComputeOptions
  ) {
    self.queries = queries
    self.keys = keys
    self.options = options
    let (count, dimension) = (queries.rows.rowCount, queries.rows.columnCount)
    func block(_ isWanted: Bool) -> Block<Scalar>? {
      isWanted ? options.block(rowCount: count, columnCount: dimension, zeroed: true) : nil
    }
    queryGradient = block(problem.queriesNeedGradient)
    keyGradient = block(problem.keysNeedGradient)
    parts = (0..<(problem.queriesNeedGradient ? shareCount : 0)).map { _ in
      options.block(rowCount: tileRows, columnCount: dimension)
    }
    let prefixCount = problem.needsGradient ? queries.slices.count : 0
    queryMoments = Block(rowCount: prefixCount, columnCount: count)
    keyMoments = Block(rowCount: prefixCount, columnCount: count)
  }

  /// Adds a tile's products of a slice.
  ///
  /// - Parameter isFirst: Whether it is the first of its panel.
  func add(
    _ sum: Block<Scalar>, prefix: Int, rows: Range<Int>, tile: Range<Int>, panel: Int,
    isFirst: Bool, columnMoments: [Scalar]
  ) {
    if let keyGradient {
      keyGradient.rows(tile).columns(keys.slices[prefix]).setProduct(
        sum, queries.slice(prefix, of: rows), transposingLeft: true, accumulating: true)
      for (index, column) in tile.enumerated() {
        keyMoments[prefix, column] += Double(columnMoments[index])
      }
    }
    if queryGradient != nil {
      parts[panel].rows(0..<rows.count).columns(queries.slices[prefix]).setProduct(
        sum, keys.slice(prefix, of: tile), accumulating: !isFirst)
    }
  }

  /// Adds up what the panels have of a block of rows.
  ///
  /// - Parameter moments: By panel, prefix and row.
  func finish(_ rows: Range<Int>, moments: [[[Double]]]) {
    guard let target = queryGradient?.rows(rows) else { return }
    for (part, moments) in zip(parts, moments) {
      target.add(part.rows(0..<rows.count), on: options.isa)
      for prefix in moments.indices {
        for (index, row) in rows.enumerated() {
          queryMoments[prefix, row] += moments[prefix][index]
        }
      }
    }
  }

  func finish(in result: inout EngineResult<Scalar>) {
    if let queryGradient {
      queries.project(queryGradient, moments: queryMoments, options: options)
    }
    if let keyGradient { keys.project(keyGradient, moments: keyMoments, options: options) }
    result.queryGradient = queryGradient
    result.keyGradients = [keyGradient]
  }
}
