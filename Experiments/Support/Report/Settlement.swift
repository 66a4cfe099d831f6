/// When the grid and the margin that a claim is judged by were settled.
enum Settlement: Hashable, Sendable, Codable {
  /// They follow from the source or from rounding, and no result could have chosen them.
  case before

  /// Not before first results were seen.
  case after

  /// The claim itself was made smaller then: how.
  case narrowed(String)

  /// The measurement was made another then: how, and why.
  case changed(String)

  /// The same, and the claim had other verdicts before, the first of them first.
  case rejudged(from: [Verdict.Kind], String)

  /// Whether it was before any result was seen.
  var isBefore: Bool { self == .before }

  /// The verdicts before, in words; nil if there was no other.
  var earlier: String? {
    guard case .rejudged(let kinds, _) = self else { return nil }
    return kinds.map { "“\($0.rawValue)”" }.joined(separator: ", then ")
  }

  var text: String {
    switch self {
    case .before: "before any result was seen"
    case .after: "after first results were seen"
    case .narrowed(let how): "narrowed after the first measurement: \(how)"
    case .changed(let how): "changed after the first measurement: \(how)"
    case .rejudged(_, let how):
      "changed after the first measurement, and with it the verdict, which was \(earlier ?? "another"): \(how)"
    }
  }
}
