import ArgumentParser
import Contrastive

/// What rows are called: texts of the queries and of the keys.
struct TextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "N texts: those of the keys, in a .txt, .csv:column, .jsonl:key or .npy file.",
      valueName: "file"))
  var texts: String?
  @Option(help: ArgumentHelp("N texts: those of the queries.", valueName: "file"))
  var queryTexts: String?

  /// The texts of both sides, where they were given; of the bundled pairs those of the keys.
  ///
  /// - Throws: `CommandFailure` unless there is one for each of the files' rows.
  func rows(of pairs: PairOptions, count: Int) throws -> RowTexts {
    let bundled =
      pairs.queries == nil && texts == nil ? try BundledData.path("api-docs/names.txt") : nil
    func read(_ file: String?) throws -> [String]? {
      guard let file else { return nil }
      let labels = try readLabels(file, of: count, as: "texts", for: .texts)
      return labels.numbers[0].map { number in labels.names.map { $0[number] } ?? "\(number)" }
    }
    return RowTexts(queries: try read(queryTexts), keys: try read(texts ?? bundled))
  }
}

/// Texts of rows; of a side without any, the rows' numbers.
struct RowTexts: Sendable {
  var queries: [String]?
  var keys: [String]?

  var areGiven: Bool { queries != nil || keys != nil }

  func query(_ row: Int) -> String { queries?[row] ?? "row \(row)" }
  func key(_ row: Int) -> String { keys?[row] ?? "row \(row)" }

  /// The texts of some rows, in their order.
  func rows(at indices: [Int]) -> RowTexts {
    RowTexts(
      queries: queries.map { texts in indices.map { texts[$0] } },
      keys: keys.map { texts in indices.map { texts[$0] } })
  }
}
