import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveLosses
import ContrastiveSimilarity

/// The cosines of queries with keys, a block of queries on each thread, tile by tile.
struct SimilarityRows<Scalar: EmbeddingScalar>: Sendable {
  let queries: AnyEmbeddings<Scalar>
  /// Normalised once, since every block needs all of them.
  let keys: Block<Scalar>
  let options: ComputeOptions

  // Small enough for a tile of Float to stay in the second-level cache.
  static var rowsPerBlock: Int { 128 }
  static var columnsPerTile: Int { 512 }

  init(
    queries: AnyEmbeddings<Scalar>, keys: AnyEmbeddings<Scalar>, options: ComputeOptions
  ) {
    self.queries = queries
    self.keys = keys.unit(
      0..<keys.rowCount,
      into: Block(
        rowCount: keys.unitRowsNeedRoom ? keys.rowCount : 0, columnCount: keys.columnCount))
    self.options = options
  }

  /// Checks the rows.
  ///
  /// - Parameter areAligned: Whether row i of the keys belongs to query i.
  init<Q: Embeddings, K: Embeddings>(
    _ queries: Q, _ keys: K, areAligned: Bool, options: ComputeOptions
  ) throws(ContrastiveError) where Q.Scalar == Scalar, K.Scalar == Scalar {
    try options.requireValid()
    let queries = try AnyEmbeddings(queries, named: .queries)
    let keys = try AnyEmbeddings(keys, named: .keys)
    try queries.requireRows()
    try keys.requireColumnCount(as: queries)
    if areAligned { try keys.requireRowCount(as: queries) }
    self.init(queries: queries, keys: keys, options: options)
  }

  /// - Throws: `ContrastiveError` unless there is a number for each query.
  func requireCount(_ count: Int, _ name: ContrastiveError.Argument) throws(ContrastiveError) {
    guard count == queries.rowCount else {
      throw .init(name, .count(found: count, expected: .exactly(queries.rowCount, .as(.queries))))
    }
  }

  /// A block's unit queries, and its tiles.
  struct Tiles {
    let queries: Block<Scalar>
    let keys: Block<Scalar>
    let scratch: Block<Scalar>
    let isa: InstructionSet
    fileprivate let work: SharedWork

    /// The keys of a list.
    func keys(at indices: ArraySlice<Int>) -> Block<Scalar> {
      let result = Block<Scalar>(rowCount: indices.count, columnCount: keys.columnCount)
      result.copy(keys, rows: indices)
      return result
    }

    /// The greatest similarity of each query with a key of its list.
    ///
    /// - Parameter lists: One for each query, none of them empty.
    func greatestSimilarities(to lists: ArraySlice<[Int]>) -> [Double] {
      var result = [Double](repeating: -.infinity, count: lists.count)
      for place in 0..<(lists.map(\.count).max() ?? 0) {
        // Shorter lists repeat their last key.
        let indices = lists.map { $0[min(place, $0.count - 1)] }
        let similarities = queries.dots(with: keys(at: indices[...]), on: isa)
        for row in result.indices { result[row] = max(result[row], similarities[row]) }
      }
      return result
    }

    /// Calls `body` with every tile, which it may write to.
    ///
    /// - Throws: `ContrastiveError` where the task has been cancelled.
    func forEach(
      _ body: (_ columns: Range<Int>, _ tile: Block<Scalar>) -> Void
    ) throws(ContrastiveError) {
      for columns in (0..<keys.rowCount).parts(of: columnsPerTile) {
        try work.checkCancellation()
        let tile = scratch.rows(0..<queries.rowCount).columns(0..<columns.count)
        tile.setSimilarities(of: queries, and: keys.rows(columns))
        body(columns, tile)
      }
    }
  }

  func forEachBlock(
    _ body: @Sendable (_ rows: Range<Int>, _ tiles: Tiles) throws(ContrastiveError) -> Void
  ) throws(ContrastiveError) {
    let size = Self.rowsPerBlock
    let blocks = (0..<queries.rowCount).parts(of: size)
    let threads = max(1, min(options.threads, blocks.count))
    let scratches = (0..<threads).map { _ in
      (
        unit: Block<Scalar>(
          rowCount: queries.unitRowsNeedRoom ? size : 0, columnCount: queries.columnCount),
        tile: Block<Scalar>(rowCount: size, columnCount: Self.columnsPerTile, padded: true)
      )
    }
    let work = SharedWork(options)
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try work.forEach(blocks.count) { worker, block throws(ContrastiveError) in
        let rows = blocks[block]
        let unit = queries.unit(rows, into: scratches[worker].unit, on: options.isa)
        try body(
          rows,
          Tiles(
            queries: unit, keys: keys, scratch: scratches[worker].tile, isa: options.isa,
            work: work))
      }
    }
  }
}
