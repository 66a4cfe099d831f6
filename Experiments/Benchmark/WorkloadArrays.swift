import Contrastive

/// What a workload's step takes.
struct WorkloadArrays<Scalar: EmbeddingScalar> {
  var queries: Matrix<Scalar>
  var keys = Matrix<Scalar>(rowCount: 0, columnCount: 0)
  var queue: UnitRows<Scalar>?
  var weights = Matrix<Scalar>(rowCount: 0, columnCount: 0)
  var labels: [Int] = []
  var scores: [Double] = []
  var rowsPerQuery = (queries: 1, keys: 1)

  var queryCount: Int { queries.rowCount / rowsPerQuery.queries }
}

extension WorkloadArrays<Float> {
  /// Some of the queries, with their keys and labels, and all negatives. Of labels that queries share, all that do.
  func sample(_ count: Int, sharingLabels: Bool) -> WorkloadArrays {
    let order = 0..<queryCount
    let rows = Array(
      (sharingLabels ? order.sorted { (labels[$0], $0) < (labels[$1], $1) } : Array(order))
        .prefix(count))
    var sample = self
    func expanded(_ count: Int) -> [Int] {
      rows.flatMap { $0 * count..<($0 + 1) * count }
    }
    sample.queries = queries.rows(at: expanded(rowsPerQuery.queries))
    if keys.rowCount > 0 { sample.keys = keys.rows(at: expanded(rowsPerQuery.keys)) }
    if !scores.isEmpty { sample.scores = rows.map { scores[$0] } }
    if !labels.isEmpty { sample.labels = rows.map { labels[$0] } }
    return sample
  }

  /// The same numbers.
  func doubles() throws -> WorkloadArrays<Double> {
    func doubles(_ matrix: Matrix<Float>) -> Matrix<Double> {
      Matrix(rowCount: matrix.rowCount, columnCount: matrix.columnCount) { Double(matrix[$0, $1]) }
    }
    return WorkloadArrays<Double>(
      queries: doubles(queries), keys: doubles(keys),
      queue: try queue.map { try UnitRows(validating: doubles($0.matrix)) },
      weights: doubles(weights), labels: labels,
      scores: scores, rowsPerQuery: rowsPerQuery)
  }
}
