/// What became of a claim, by its comparisons.
struct Verdict: Hashable, Sendable, Codable {
  enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case agrees = "agrees"
    case agreesInPart = "agrees in part"
    case doesNotAgree = "does not agree"
    case undecided = "errors do not tell"

    /// No comparison of the source's was made.
    case notTested = "not tested"
  }

  /// The comparisons that decide.
  let comparisons: [Comparison]

  /// Those at settings outside the source's table, which decide nothing.
  let others: [Comparison]

  init(_ comparisons: [Comparison], others: [Comparison] = []) {
    (self.comparisons, self.others) = (comparisons, others)
  }
}

extension Verdict {
  /// What all claims are judged by, for readers: `kind` in words.
  static let rule =
    "A claim is one or more comparisons of what its source says, at the settings that the source names, each under every "
    + "condition that was tried, as tasks and learning rates. A comparison holds, or is the opposite, if its interval "
    + "of 95 % for all comparisons of the claim at once is all on that side of zero; else it is not told; one that is of several "
    + "differences holds only if each does, and is the opposite if one is. (Of printed numbers each is right or wrong.) A claim agrees "
    + "if all hold, agrees in part if some do, and does not agree if none holds and one is the opposite; else errors do not tell. Settings outside the source's table decide nothing; what is the opposite there is "
    + "said beside. Baselines, which learnt nothing or are had without such training, do not decide either: every claim that "
    + "compares accuracies says whether the best that was trained at the source's settings is better than the best of them, and is counted by that, too; the best at other settings is shown beside."

  var kind: Kind {
    let results = comparisons.map(\.holds)
    if results.isEmpty { return .notTested }
    if results.allSatisfy({ $0 == true }) { return .agrees }
    if results.contains(true) { return .agreesInPart }
    return results.contains(false) ? .doesNotAgree : .undecided
  }

  /// Whether a comparison at settings outside the source's table is the opposite of what is claimed of the source's.
  var isOtherwise: Bool { others.contains { $0.holds == false } }

  /// How many comparisons came out how, those that do not hold, and those at settings outside the source's table that are
  /// the opposite.
  var summary: String {
    guard !comparisons.isEmpty else { return "none of the source's settings was compared" }
    let exceptions = [
      comparisons.list("the opposite", false), comparisons.list("not told", nil),
    ].compactMap(\.self)
    let otherwise = others.list("the opposite", false).map {
      ". At settings outside the source's table, which decide nothing, \($0)"
    }
    return ([comparisons.countText] + exceptions).joined(separator: "; ") + (otherwise ?? "")
  }

  /// The comparisons that decide, without counts.
  var plainText: String { comparisons.map(\.text).joined(separator: "; ") }

  /// All comparisons, a line for each outcome.
  var reason: String {
    func lines(_ comparisons: [Comparison]) -> [String] {
      [
        comparisons.list("the opposite", false), comparisons.list("not told", nil),
        comparisons.list("holds", true),
      ].compactMap(\.self)
    }
    guard !comparisons.isEmpty else { return summary }
    return
      ([comparisons.countText] + lines(comparisons)
      + (others.isEmpty
        ? []
        : ["at settings outside the source's table, which decide nothing, \(others.countText)"])
      + lines(others)).map(\.withUppercaseStart).joined(separator: ".\n")
  }
}
