import ArgumentParser
import Contrastive

/// Embeddings of two sides, row i of one belonging to row i of the other: the user's, or those that
/// come with the program.
struct PairOptions: ParsableArguments {
  @Option(help: "N × d: the queries (.npy, .safetensors or .safetensors:tensor).")
  var queries: String?
  @Option(help: "N × d: row i is the positive of query i.")
  var keys: String?

  func validate() throws {
    if (queries == nil) != (keys == nil) {
      throw ValidationError("--queries and --keys go together: give both or neither.")
    }
  }

  /// The files' names.
  func files() throws -> (queries: String, keys: String) {
    if let queries, let keys { return (queries, keys) }
    return (
      try BundledData.path("api-docs/descriptions.npy"), try BundledData.path("api-docs/names.npy")
    )
  }

  /// The rows of both files.
  ///
  /// - Throws: `CommandFailure` if they have different shapes, or fewer than two rows.
  func matrices<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> (queries: Matrix<Scalar>, keys: Matrix<Scalar>) {
    let files = try files()
    let q = try InputArray<Scalar>(files.queries).matrix
    let k = try InputArray<Scalar>(files.keys).matrix
    guard q.rowCount == k.rowCount, q.columnCount == k.columnCount else {
      throw CommandFailure(
        "\(files.keys): expected \(q.rowCount) × \(q.columnCount), as \(files.queries), "
          + "found \(k.rowCount) × \(k.columnCount)")
    }
    guard q.rowCount > 1 else {
      throw CommandFailure("\(files.queries): a batch needs two rows at least, found \(q.rowCount)")
    }
    return (q, k)
  }
}
