import Contrastive
import TestSupport

@testable import Experiments

/// Pairs in 12 dimensions, keys near their queries.
struct NoisyPairs {
  var queries: Matrix<Float>
  var keys: Matrix<Float>

  init(rowCount: Int = 300, noise: Float = 0.8) throws {
    queries = .random(rowCount: rowCount, columnCount: 12, seed: 1)
    keys = queries
    try keys.add(.random(rowCount: rowCount, columnCount: 12, seed: 2), times: noise)
  }

  func write(to folder: borrowing TemporaryFolder) throws -> [String] {
    try queries.write(to: folder.path("q.npy"))
    try keys.write(to: folder.path("k.npy"))
    return ["--queries", folder.path("q.npy"), "--keys", folder.path("k.npy")]
  }

  /// All cosines, as one product.
  func cosines() throws -> Matrix<Float> { try Similarity.cosine.matrix(queries, keys) }
}
