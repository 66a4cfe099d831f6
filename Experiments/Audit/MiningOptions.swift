import ArgumentParser
import Contrastive
import Foundation

/// Which of the hardest negatives are written for training.
struct MiningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write mined negatives to a file: query by query k rows of the keys, as .npy (N × k; −1 where there are fewer) or "
        + ".jsonl (with texts).", valueName: "file"))
  var negativesOutput: String?
  @Option(help: ArgumentHelp("How many negatives a query gets.", valueName: "k"))
  var negatives = 5
  @Option(
    help: ArgumentHelp(
      "Begin with the n-th hardest: the very hardest are often no negatives.", valueName: "n"))
  var firstRank = 1
  @Option(help: ArgumentHelp("Go as far as the n-th hardest.", valueName: "n"))
  var lastRank = 50
  @Option(
    help: ArgumentHelp(
      "Leave out keys whose cosine with the positive key itself is above c: they say the same.",
      valueName: "c"))
  var positiveCap: Double?

  func validate() throws {
    for (name, value) in [
      ("--negatives", negatives), ("--first-rank", firstRank), ("--last-rank", lastRank),
    ] where !(1...Self.greatestRank ~= value) {
      throw ValidationError(
        "\(name): expected \(value < 1 ? "at least 1" : "at most \(Self.greatestRank)"), found \(value)."
      )
    }
    guard firstRank <= lastRank else {
      throw ValidationError(
        "--first-rank \(firstRank), --last-rank \(lastRank): expected the first to be at most the last."
      )
    }
    if let positiveCap, !(-1...1).contains(positiveCap) {
      throw ValidationError("--positive-cap: expected a cosine, −1 to 1, found \(positiveCap).")
    }
    if let negativesOutput, !["npy", "jsonl"].contains(fileExtension) {
      throw ValidationError(
        "--negatives-output: expected a name that ends in .npy or .jsonl, found \(negativesOutput)."
      )
    }
    guard negativesOutput == nil else { return }
    let given = [
      ("--negatives", negatives != 5), ("--first-rank", firstRank != 1),
      ("--last-rank", lastRank != 50), ("--positive-cap", positiveCap != nil),
    ]
    if let name = given.first(where: \.1)?.0 {
      throw ValidationError("\(name): needs --negatives-output, the file of what is mined.")
    }
  }

  /// Lists of more keys would be most of the keys.
  private static let greatestRank = 1_000_000

  private var fileExtension: String {
    URL(filePath: negativesOutput ?? "").pathExtension
  }

  /// The hardest negatives of every query that all rules let stay, as rows of the keys; at most k.
  ///
  /// - Parameters:
  ///   - copies: Those of a query's own key, which are no negatives.
  ///   - keys: Looked at for `--positive-cap` alone, candidate by candidate.
  func mined(
    _ neighbors: Neighbors, rules: [MaskingRule], copies: OwnKeyCopies, keys: RowSource<Float>
  ) throws(ContrastiveError) -> [[TopCandidates.Candidate]] {
    let unit = positiveCap == nil ? nil : try keys.matrix.normalized().matrix
    return neighbors.hardest.enumerated().map { row, candidates in
      let limit = rules.compactMap { $0.limit(ofPositive: neighbors.positives[row]) }.min()
      let kept = ranked(candidates).lazy.filter { candidate in
        if let limit, candidate.logit > limit + neighbors.rounding { return false }
        if copies.kind(of: candidate, for: row) != nil { return false }
        guard let positiveCap, let unit else { return true }
        return dot(unit.row(row), unit.row(candidate.column)) <= positiveCap + neighbors.rounding
      }
      return Array(kept.prefix(negatives))
    }
  }

  /// Those of the ranks that were asked for.
  private func ranked(
    _ candidates: [TopCandidates.Candidate]
  ) -> ArraySlice<TopCandidates.Candidate> {
    candidates.dropFirst(firstRank - 1).prefix(lastRank - firstRank + 1)
  }

  /// How many candidates of those ranks are copies of a query's own key.
  func copyCounts(_ neighbors: Neighbors, _ copies: OwnKeyCopies) -> OwnKeyCopies.Counts {
    var counts = OwnKeyCopies.Counts()
    for (row, candidates) in neighbors.hardest.enumerated() {
      for candidate in ranked(candidates) {
        switch copies.kind(of: candidate, for: row) {
        case .equal: counts.equal += 1
        case .near: counts.near += 1
        case nil: break
        }
      }
    }
    return counts
  }

  private func dot(_ a: Span<Float>, _ b: Span<Float>) -> Double {
    var sum = 0.0
    for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
    return sum
  }

  /// Writes what was mined.
  ///
  /// - Parameter fileRows: Which row of the files each is.
  func write(
    _ mined: [[TopCandidates.Candidate]], neighbors: Neighbors, fileRows: [Int], texts: RowTexts,
    to path: String
  ) throws {
    if fileExtension == "npy" {
      let numbers = mined.flatMap { list in
        (0..<negatives).map { $0 < list.count ? fileRows[list[$0].column] : -1 }
      }
      try NumPyFile.write(numbers.span, shape: [mined.count, negatives], to: path)
      return
    }
    var text = ""
    for (row, list) in mined.enumerated() {
      var object: JSONObject = [
        "query": fileRows[row], "positive": fileRows[row],
        "negatives": list.map { fileRows[$0.column] },
        "cosine": neighbors.positives[row], "negativeCosines": list.map(\.logit),
      ]
      object.add("queryText", texts.queries?[row])
      object.add("positiveText", texts.keys?[row])
      if texts.keys != nil { object.add("negativeTexts", list.map { texts.key($0.column) }) }
      text += object.description + "\n"
    }
    try Data(text.utf8).write(to: URL(filePath: path))
  }
}
