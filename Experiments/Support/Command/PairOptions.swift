import ArgumentParser
import Contrastive

/// Embeddings of two sides, row i of one belonging to row i of the other: the user's, or those that
/// come with the program.
struct PairOptions: ParsableArguments {
  /// The files that arrays are read from, for the help of commands.
  static let formats = """
    Files are \(FileFormat.suffixList), plain or compressed (.gz); file.npz:array, file.safetensors:tensor, \
    file.csv:column and file.jsonl:key name one of several arrays, and - is standard input.
    """

  @Option(help: "N × d: the queries, which search. \(Self.formats)")
  var queries: String?
  @Option(help: "N × d: the keys, which are searched: row i is the positive of query i.")
  var keys: String?

  @Option(
    help: ArgumentHelp(
      "N integers or texts: rows of one id belong together, as an image and its captions. They are not each "
        + "other's negatives, and any of them is a right answer.", valueName: "file"))
  var ids: String?

  func validate() throws {
    if ids != nil, queries == nil {
      throw ValidationError("--ids: needs --queries and --keys, the rows that they are of.")
    }
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

  /// What the pairs are called in pictures: the bundled ones by what they are, others by their files.
  var name: String { name(pathParts: 1) }

  /// - Parameter pathParts: How many of a path's last parts tell the files from others.
  func name(pathParts: Int) -> String {
    guard let queries, let keys else { return "bundled api-docs" }
    return [queries, keys]
      .map { path in
        let parts = path.split(separator: "/")
        let isWhole = pathParts >= parts.count
        return (isWhole ? path : parts.suffix(pathParts).joined(separator: "/"))
          .shortened(to: 40 * pathParts)
      }
      .joined(separator: " and ")
  }

  /// The rows of both files, to be read when they are needed.
  ///
  /// - Throws: `CommandFailure` if they have different shapes, or fewer than two rows.
  func sources<Scalar: FileScalar>(
    as scalar: Scalar.Type
  ) throws -> (queries: RowSource<Scalar>, keys: RowSource<Scalar>) {
    let files = try files()
    let q = try RowSource<Scalar>(readArray(files.queries))
    let k = try RowSource<Scalar>(readArray(files.keys))
    try requirePairs((q.rowCount, q.columnCount), (k.rowCount, k.columnCount), files)
    return (q, k)
  }

  /// The rows' ids, if they were given.
  ///
  /// - Throws: `CommandFailure` unless there is one for each row.
  func rowIDs(count: Int) throws -> [Int]? {
    try ids.map { try readLabels($0, of: count, as: "ids").numbers[0] }
  }

  private func requirePairs(
    _ q: (rows: Int, columns: Int), _ k: (rows: Int, columns: Int),
    _ files: (queries: String, keys: String)
  ) throws {
    guard q == k else {
      throw CommandFailure(
        "\(files.keys): expected \(q.rows) × \(q.columns), as \(files.queries), "
          + "found \(k.rows) × \(k.columns)"
          + (HeadingRemarks.ofCounts(q.rows, k.rows, in: [files.queries, files.keys]).map {
            "; \($0)"
          }
            ?? ""))
    }
    guard q.rows > 1 else {
      throw CommandFailure("\(files.queries): a batch needs two rows at least, found \(q.rows)")
    }
  }
}
