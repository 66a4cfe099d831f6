import ArgumentParser
import Contrastive

/// Another model's embeddings of the same pairs.
struct AgainstOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Another model's queries and keys, row for row of the same pairs, to compare with.",
      valueName: "files"))
  var against: [String] = []

  func validate() throws {
    guard against.isEmpty || against.count == 2 else {
      throw ValidationError(
        "--against: expected two files, queries and keys, found \(against.count).")
    }
  }

  /// The pairs, with the ids of the first ones; nil if there are none.
  func pairOptions(ids: String?) -> PairOptions? {
    guard against.count == 2 else { return nil }
    var options = PairOptions()
    (options.queries, options.keys, options.ids) = (against[0], against[1], ids)
    return options
  }

  /// What the pairs of both models are called: their files by as much of the paths as tells them apart.
  func names(beside pairs: PairOptions) -> (first: String, second: String)? {
    guard let other = pairOptions(ids: nil) else { return nil }
    func names(_ pathParts: Int) -> (first: String, second: String) {
      (pairs.name(pathParts: pathParts), other.name(pathParts: pathParts))
    }
    let longest = against.map { $0.split(separator: "/").count }.max() ?? 1
    return (1...longest).lazy.map(names).first { $0.first != $0.second } ?? names(1)
  }

  /// The other model's rows.
  ///
  /// - Throws: `CommandFailure` unless they are as many as the first one's.
  func sources<Scalar: FileScalar>(
    rowCount: Int, as scalar: Scalar.Type
  ) throws -> (queries: RowSource<Scalar>, keys: RowSource<Scalar>)? {
    guard let options = pairOptions(ids: nil) else { return nil }
    let sources = try options.sources(as: scalar)
    guard sources.queries.rowCount == rowCount else {
      throw CommandFailure(
        "\(against[0]): expected \(rowCount.words("row")), those of --queries by another model, found "
          + "\(sources.queries.rowCount)")
    }
    return sources
  }
}
