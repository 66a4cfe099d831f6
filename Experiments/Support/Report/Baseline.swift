/// What stands beside what was trained: something that learnt nothing, or is had without such training.
struct Baseline: Hashable, Sendable, Codable {
  /// The best that was trained beside the best baseline, at one task.
  struct Contest: Hashable, Sendable, Codable {
    /// What came out, with the numbers.
    let sentence: String

    /// Whether training won; nil if errors do not tell.
    let isWon: Bool?
  }

  /// What it scores, in words.
  let text: String

  /// Where the claim compares accuracies; none where it compares something else, as losses.
  var contests: [Contest] = []

  /// The same of what was trained at settings outside the source's table, which decide nothing: they may be picked to win.
  var others: [Contest] = []
}

extension Baseline {
  /// How training stands to the best baseline.
  enum Standing: String, Hashable, Sendable, Codable, CaseIterable {
    case worse = "worse than the best baseline"
    case notTold = "not to be told from the best baseline"
    case better = "better than the best baseline"
  }

  /// Where training stands at the task where it stands worst; nil without contests.
  var standing: Standing? {
    guard !contests.isEmpty else { return nil }
    let results = contests.map(\.isWon)
    return results.contains(false) ? .worse : results.contains(nil) ? .notTold : .better
  }

  /// All contests in sentences, those that decide first; nil if there are none.
  var contestLine: String? { (contests + others).text }

  /// The scores and all contests.
  var fullText: String { [text, contestLine].compactMap(\.self).joined(separator: ". ") }

  /// The contests, and the scores where none decides: what every line on the claim ends with.
  var line: String {
    [contests.isEmpty ? "Beside it: \(text)." : nil, contestLine].compactMap(\.self)
      .joined(separator: " ")
  }
}

extension [Baseline.Contest] {
  /// In sentences; nil if there are none.
  var text: String? {
    isEmpty ? nil : map { "\($0.sentence.withUppercaseStart)." }.joined(separator: " ")
  }
}
