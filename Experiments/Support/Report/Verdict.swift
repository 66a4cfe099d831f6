/// What became of a claim, and why.
struct Verdict: Hashable, Sendable, Codable {
  /// What there is to count by.
  enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// What was measured bears the claim out.
    case agrees = "agrees"

    /// It bears out a part only.
    case agreesInPart = "agrees in part"

    /// It bears nothing of it out.
    case doesNotAgree = "does not agree"

    /// Nothing was measured that could tell, or errors do not let one tell.
    case notTested = "not tested"

    /// It is proved, or follows from definitions: it was computed at examples, and they are as it says.
    /// No agreement, since nothing that was computed could have refuted it.
    case illustrated = "illustrated"
  }

  let kind: Kind

  /// Which part agrees and which does not, by which numbers, a line each; or why nothing was tested.
  let reason: String?

  init(_ kind: Kind, because reason: String? = nil) {
    self.kind = kind
    self.reason = reason
  }
}

extension Verdict {
  static let agrees = Verdict(.agrees)
  static let doesNotAgree = Verdict(.doesNotAgree)

  static func agreesInPart(_ part: String) -> Verdict { Verdict(.agreesInPart, because: part) }

  static func notTested(_ reason: String) -> Verdict { Verdict(.notTested, because: reason) }

  /// All of it or nothing.
  init(_ holds: Bool) { self.init(holds ? .agrees : .doesNotAgree) }

  /// A part of a claim, in words that say what came out.
  struct Part: Hashable, Sendable {
    let phrase: String

    /// Whether that bears the claim out; nil where errors do not let one tell.
    let holds: Bool?

    /// Whether it is a comparison with what the claim says nothing of: it can speak against the claim, and is no
    /// part of it that agrees.
    let isBaseline: Bool

    init(_ phrase: String, _ holds: Bool?, isBaseline: Bool = false) {
      self.phrase = phrase
      self.holds = holds
      self.isBaseline = isBaseline
    }

    var asBaseline: Part { Part(phrase, holds, isBaseline: true) }
  }

  /// A verdict on a claim of several parts.
  ///
  /// All of them agree, baselines included, or none does, or it agrees in part; the phrases say in which. A part that
  /// errors do not let one tell is none that agrees, and where that is all there is nothing was tested. A claim without
  /// parts does not agree: nothing was measured.
  init(parts: [Part]) {
    let own = parts.filter { !$0.isBaseline }
    let groups = [("yes", true), ("no", false), ("not told by errors", nil)] as [(String, Bool?)]
    var texts = groups.compactMap { name, holds -> String? in
      let phrases = own.filter { $0.holds == holds }.map(\.phrase)
      guard !phrases.isEmpty else { return nil }
      let list = phrases.joined(separator: "; ")
      return phrases.count == own.count && holds != nil ? list : "\(name): \(list)"
    }
    let baselines = parts.filter(\.isBaseline).map(\.phrase)
    if !baselines.isEmpty { texts.append("beside baselines: \(baselines.joined(separator: "; "))") }
    let kind: Kind =
      if parts.allSatisfy({ $0.holds == true }), !own.isEmpty {
        .agrees
      } else if own.contains(where: { $0.holds == true }) {
        .agreesInPart
      } else {
        own.contains { $0.holds == false } || own.isEmpty ? .doesNotAgree : .notTested
      }
    self.init(
      kind,
      because: texts.isEmpty
        ? nil
        : texts.enumerated().map { $0 == 0 ? $1 : $1.withUppercaseStart }.joined(separator: ".\n"))
  }

  /// The same of what nothing computed could refute.
  var asIllustration: Verdict {
    kind == .agrees ? Verdict(.illustrated, because: reason) : self
  }

  /// The verdict in words, with its reason.
  var text: String { reason.map { "\(kind.rawValue): \($0)" } ?? kind.rawValue }
}
