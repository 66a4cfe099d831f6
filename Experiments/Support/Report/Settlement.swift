/// When the comparisons that a claim is judged by were settled.
enum Settlement: Hashable, Sendable, Codable {
  /// They follow from the source or from rounding, and no result could have chosen them.
  case before

  /// Not before first results were seen, or changed then: how, and which verdicts there were before, of this claim or of
  /// claims that became it, if one was another. Each is named once, so their order tells nothing.
  case after(String, verdicts: [Verdict.Kind] = [])

  /// Whether it was before any result was seen.
  var isBefore: Bool { self == .before }

  /// Which verdicts there were before; none if it was always judged so.
  var earlierKinds: [Verdict.Kind] {
    if case .after(_, let kinds) = self { kinds } else { [] }
  }

  /// The same in words; nil of none.
  var earlier: String? {
    earlierKinds.isEmpty
      ? nil
      : "Verdicts before, of this or of claims that became it, in no order: "
        + earlierKinds.map { "“\($0.rawValue)”" }.joined(separator: ", ")
  }

  var text: String {
    switch self {
    case .before: "before any result was seen"
    case .after(let how, _):
      "after first results were seen: \(how)"
        + (earlier.map {
          ". \($0)"
        } ?? "")
    }
  }
}
