import Contrastive
import ContrastiveTraining

/// Linear maps of two sides onto what they share, in closed form: what adapters that are trained by a
/// contrastive loss have to be held against.
///
/// Of centred rows with covariances C₁ and C₂, to each of which a ridge is added, and C₁₂ between them:
/// ```
/// M = C₁^(−1/2) C₁₂ C₂^(−1/2) = U S Vᵀ
/// ```
/// S holds the canonical correlations. A query is mapped by C₁^(−1/2) U S and a key by C₂^(−1/2) V S, so
/// that directions count as their sides correlate in them. Cosines do not change when both sides are
/// turned by V: then the maps are C₁^(−1/2) M and C₂^(−1/2) (MᵀM)^(1/2), which products of matrices give,
/// without a singular value decomposition.
///
/// - Source: Hotelling 1936; the ridge is Vinod's 1976, the weights are those of Gong et al. 2014.
struct CanonicalCorrelation {
  private let queries: Side
  private let keys: Side

  /// The mean that rows are centred by, and the map of what is left.
  private struct Side {
    let mean: [Double]
    var map: Matrix<Double>

    /// Rows after centring and mapping.
    func callAsFunction(_ rows: Matrix<Double>) throws(ContrastiveError) -> Matrix<Double> {
      try Similarity.dot.matrix(rows.centered(by: mean), map.transposed)
    }
  }

  /// Fits the maps to pairs of rows.
  ///
  /// - Parameters:
  ///   - queries: `N × d`.
  ///   - keys: `N × d`, row i belongs to row i of the queries.
  ///   - ridge: What is added to every variance, in units of their mean; positive.
  /// - Throws: `ContrastiveError` if shapes differ.
  /// - Complexity: some 250 d³ flops, and 6Nd².
  init(queries: Matrix<Double>, keys: Matrix<Double>, ridge: Double) throws(ContrastiveError) {
    let (one, other) = (try Self.whitened(queries, ridge), try Self.whitened(keys, ridge))
    let (x, y) = (try one(queries).transposed, try other(keys).transposed)
    let shared = try Similarity.dot.matrix(x, y).multiplied(by: 1 / Double(queries.rowCount))
    // MᵀM has no inverse root where a correlation is 0: correlations below 1e-3 are taken for that much.
    let square = try Similarity.dot.matrix(shared.transposed, shared.transposed).addingToDiagonal(
      1e-6)
    self.queries = Side(
      mean: one.mean, map: try Similarity.dot.matrix(one.map, shared.transposed))
    self.keys = Side(
      mean: other.mean, map: try Similarity.dot.matrix(other.map, square.squareRoots().root))
  }

  /// The map that gives rows the covariance 1, but for the ridge.
  private static func whitened(
    _ rows: Matrix<Double>, _ ridge: Double
  ) throws(ContrastiveError) -> Side {
    let count = Double(rows.rowCount)
    let mean = rows.columnSums.map { $0 / count }
    let columns = try rows.centered(by: mean).transposed
    let covariance = try Similarity.dot.matrix(columns, columns).multiplied(by: 1 / count)
    let variance = (0..<covariance.rowCount).map { covariance[$0, $0] }.mean
    return Side(
      mean: mean, map: try covariance.addingToDiagonal(ridge * variance).squareRoots().inverse)
  }

  /// How queries find their keys by the cosines of what both are mapped to.
  func ranks(
    queries: Matrix<Double>, keys: Matrix<Double>
  ) throws(ContrastiveError) -> RetrievalRanks {
    try RetrievalRanks(queries: self.queries(queries), keys: self.keys(keys))
  }
}

extension Matrix<Double> {
  /// Every row less a row.
  fileprivate func centered(by row: [Double]) throws(ContrastiveError) -> Matrix {
    var result = self
    try result.addRow(row.map { -$0 })
    return result
  }
}
