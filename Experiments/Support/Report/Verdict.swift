/// What became of a claim.
enum Verdict: Hashable, Sendable, Codable {
  /// What was measured bears the claim out.
  case agrees

  /// It bears out a part only: which one, and which not.
  case agreesInPart(String)

  /// It bears nothing of it out.
  case doesNotAgree

  /// What there is besides the part's words, to count by.
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case agrees = "agrees"
    case agreesInPart = "agrees in part"
    case doesNotAgree = "does not agree"
  }
}

extension Verdict {
  /// All of it or nothing.
  init(_ holds: Bool) { self = holds ? .agrees : .doesNotAgree }

  /// A verdict on a claim of several parts, each a phrase that is true or false.
  ///
  /// All of them agree, or none does, or it agrees in part and the phrases say in which. A claim without
  /// parts does not agree: nothing was measured.
  init(parts: [(phrase: String, holds: Bool)]) {
    func phrases(_ holds: Bool) -> String {
      parts.filter { $0.holds == holds }.map(\.phrase).joined(separator: "; ")
    }
    self =
      switch (parts.contains { $0.holds }, parts.contains { !$0.holds }) {
      case (true, true): .agreesInPart("yes: \(phrases(true)). No: \(phrases(false))")
      case (true, false): .agrees
      default: .doesNotAgree
      }
  }

  var kind: Kind {
    switch self {
    case .agrees: .agrees
    case .agreesInPart: .agreesInPart
    case .doesNotAgree: .doesNotAgree
    }
  }

  /// The verdict in words, with its part.
  var text: String { part.map { "\(kind.rawValue): \($0)" } ?? kind.rawValue }

  /// Which part agrees and which does not, where that is the verdict.
  var part: String? {
    if case .agreesInPart(let part) = self { part } else { nil }
  }
}
