/// When the comparisons that a claim is judged by were settled.
enum Settlement: Hashable, Sendable, Codable {
  /// They follow from the source or from rounding, and no result could have chosen them.
  case before

  /// Not before first results were seen, or changed then: how, and the verdicts before, the first of them first, if there
  /// were others.
  case after(String, verdicts: [Verdict.Kind] = [])

  /// Whether it was before any result was seen.
  var isBefore: Bool { self == .before }

  /// The verdicts before; none if it was always judged so.
  var earlierKinds: [Verdict.Kind] {
    if case .after(_, let kinds) = self { kinds } else { [] }
  }

  /// The same in words; nil of none.
  var earlier: String? {
    earlierKinds.isEmpty
      ? nil : earlierKinds.map { "“\($0.rawValue)”" }.joined(separator: ", then ")
  }

  var text: String {
    switch self {
    case .before: "before any result was seen"
    case .after(let how, _):
      "after first results were seen: \(how)" + (earlier.map { ". Verdicts before: \($0)" } ?? "")
    }
  }
}
