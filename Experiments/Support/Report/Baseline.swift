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

  /// The contests, or the scores where there are none: what every line on the claim ends with.
  var line: String {
    contests.isEmpty
      ? "Beside it: \(text)."
      : contests.map { "\($0.sentence.withUppercaseStart)." }.joined(separator: " ")
  }
}
