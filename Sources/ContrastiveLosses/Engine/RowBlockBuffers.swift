import ContrastiveEmbeddings

/// Memory that the row blocks of a problem use one after another.
struct RowBlockBuffers<Scalar: EmbeddingScalar>: Sendable {
  let queries: Block<Scalar>
  let positives: Block<Scalar>
  let kept: Block<Scalar>?

  /// The anchors times their rows' factors.
  let weightedQueries: Block<Scalar>?
  let weightedPositives: Block<Scalar>?

  /// The anchors in 8 bits, where tiles are screened.
  let queryCodes: Codes<Scalar>?
  let positiveCodes: Codes<Scalar>?

  init<Function>(engine: RowsEngine<Scalar, Function>) {
    let rows = engine.tiling.rows
    queries = engine.options.block(
      rowCount: engine.problem.queries.areUnit ? 0 : rows, columnCount: engine.dimension)
    positives = engine.options.block(
      rowCount: engine.problem.positive == nil ? 0 : rows, columnCount: engine.dimension)
    kept =
      engine.tiling.strategy == .kept
      ? engine.options.block(
        rowCount: rows, columnCount: engine.problem.columnCount, padded: true) : nil
    let weights =
      engine.tiling.strategy == .kept && engine.problem.function.exponents.count == 1
      && engine.shift.uniform != nil
    weightedQueries =
      weights ? engine.options.block(rowCount: rows, columnCount: engine.dimension) : nil
    weightedPositives =
      weights && engine.anchorsArePositives
      ? engine.options.block(rowCount: rows, columnCount: engine.dimension) : nil
    queryCodes = engine.screens ? engine.codes(.queries, rowCount: rows) : nil
    positiveCodes =
      engine.screens && engine.anchorsArePositives
      ? engine.codes(.queries, rowCount: rows) : nil
  }
}
