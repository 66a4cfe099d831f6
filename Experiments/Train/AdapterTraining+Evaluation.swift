import Contrastive
import ContrastiveTraining

/// What the test rows are like at a moment of a training.
extension AdapterTraining {
  /// How the test rows find each other now.
  ///
  /// - Throws: `Divergence` if the last step left numbers that are not finite.
  func evaluate() throws -> RetrievalMetrics { RetrievalMetrics(try ranks()) }

  /// At which rank each test row finds its key now.
  ///
  /// - Throws: As `evaluate`.
  func ranks() throws -> RetrievalRanks {
    try ofTestRows { queries, keys in
      guard let ids = data.ids.map({ Array($0[data.testRows]) }) else {
        return try RetrievalRanks(queries: queries, keys: keys, options: options)
      }
      return try RetrievalRanks(queries: queries, keys: keys, ids: ids, options: options)
    }
  }

  /// How the test rows lie on the sphere now.
  ///
  /// - Throws: As `evaluate`.
  func geometry() throws -> EmbeddingGeometry {
    try ofTestRows { try EmbeddingGeometry(queries: $0, keys: $1, options: options) }
  }

  /// What their embeddings now are said to be.
  private func ofTestRows<Result>(
    _ body: (_ queries: Matrix<Float>, _ keys: Matrix<Float>) throws -> Result
  ) throws -> Result {
    do {
      return try body(
        queries(data.queries.rows(data.testRows)), keys(data.keys.rows(data.testRows)))
    } catch let error as ContrastiveError where error.problem == .notFinite {
      throw divergence(at: stepCount, "embeddings are not finite")
    }
  }
}
