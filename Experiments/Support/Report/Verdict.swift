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

    /// It was measured, and errors do not let one tell.
    case undecided = "errors do not tell"

    /// Nothing was measured that could tell.
    case notTested = "not tested"

    /// It is proved, or follows from definitions: it was computed at examples, and they are as it says.
    /// No agreement, since nothing that was computed could have refuted it.
    case illustrated = "illustrated"
  }

  let kind: Kind

  /// Which part agrees and which does not, by which numbers, a line each, what decided first; or why nothing was
  /// tested.
  let reason: String?

  /// The first line of the reason, which decided, without what came out otherwise under other conditions.
  let decision: String?

  init(_ kind: Kind, because reason: String? = nil, decidedBy decision: String? = nil) {
    self.kind = kind
    self.reason = reason
    self.decision =
      decision
      ?? reason?.split(separator: "\n").first.map {
        $0.hasSuffix(".") ? String($0.dropLast()) : String($0)
      }
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
    /// What a part has to do with the claim.
    enum Role: Hashable, Sendable {
      /// It is a part of what the source says.
      case own

      /// It is a comparison with what learnt nothing: it can speak against the claim, and is no part of it that
      /// agrees.
      case baseline

      /// It is beyond what the source says, as settings of ours are, and decides nothing.
      case beyond
    }

    let phrase: String

    /// Whether that bears the claim out; nil where errors do not let one tell.
    let holds: Bool?

    let role: Role

    /// The phrase without what does not decide.
    let short: String

    init(_ phrase: String, _ holds: Bool?, role: Role = .own, short: String? = nil) {
      self.phrase = phrase
      self.holds = holds
      self.role = role
      self.short = short ?? phrase
    }

    /// A statement that holds only if every one of its checks does: whatever the source does not name, as a learning
    /// rate or a task, it has to hold at all that were tried.
    ///
    /// - Parameters:
    ///   - statement: In short.
    ///   - checks: Those that decide are named first.
    init(_ statement: String, all checks: [Part]) {
      let results = checks.map(\.holds)
      let holds: Bool? =
        results.contains(false) ? false : results.contains(nil) || results.isEmpty ? nil : true
      let deciding = checks.filter { $0.holds == holds }.map(\.phrase)
      let others = checks.filter { $0.holds != holds }.map(\.phrase)
      let numbers = deciding.isEmpty ? "" : deciding.joined(separator: "; ") + " "
      let rest = others.isEmpty ? "" : ", while " + others.joined(separator: "; ")
      self.init(
        "\(numbers)(\(statement))\(rest)", holds, short: "\(numbers)(\(statement))")
    }

    var asBaseline: Part { Part(phrase, holds, role: .baseline, short: short) }
    var asBeyond: Part { Part(phrase, holds, role: .beyond, short: short) }
  }

  /// The rule that claims of several parts are judged by, for readers.
  static let rule =
    "A claim agrees if every part of what its source says holds, each by an interval of 95 % where it has an error, and, "
    + "where the claim is that some accuracy is good or best, that is better than what learnt nothing, too; it agrees in "
    + "part if a part of what the source says holds, and another does not or is not told by errors, or, of such accuracies, "
    + "something that learnt nothing does as well; it does not agree if no part holds and one is "
    + "refuted; else errors do not tell. A part has to hold under every condition tried that the source does not name, as "
    + "learning rates, tasks, and lengths of training, but where a claim's criterion says that each length is a part of "
    + "its own. Values of ours of the quantity that the claim is about decide nothing."

  /// A verdict on a claim of several parts, by `rule`. A claim without parts was not tested: nothing was measured.
  init(parts: [Part]) {
    let own = parts.filter { $0.role == .own }
    guard !own.isEmpty else {
      self = .notTested("nothing of it was measured")
      return
    }
    let baselines = parts.filter { $0.role == .baseline }
    let refuting = baselines.filter { $0.holds != true }
    func group(_ name: String, _ holds: Bool?) -> (name: String?, parts: [Part]) {
      let parts = own.filter { $0.holds == holds }
      // Where that is all, the verdict says it.
      let isAll = parts.count == own.count && (holds != true || refuting.isEmpty)
      return (isAll ? nil : name, parts)
    }
    let groups: [(name: String?, parts: [Part])] = [
      group("does not hold", false), group("not told", nil),
      ("not better than what learnt nothing", refuting), group("holds", true),
      ("beside what learnt nothing", baselines.filter { $0.holds == true }),
      ("of settings of ours, which decide nothing", parts.filter { $0.role == .beyond }),
    ]
    func lines(_ words: (Part) -> String) -> [String] {
      groups.filter { !$0.parts.isEmpty }.enumerated().map { index, group in
        let line =
          (group.name.map { "\($0): " } ?? "")
          + group.parts.map(words).joined(separator: "; ")
        return index == 0 ? line : line.withUppercaseStart
      }
    }
    let kind: Kind =
      if own.allSatisfy({ $0.holds == true }) {
        refuting.isEmpty ? .agrees : .agreesInPart
      } else if own.contains(where: { $0.holds == true }) {
        .agreesInPart
      } else {
        own.contains { $0.holds == false } ? .doesNotAgree : .undecided
      }
    self.init(
      kind, because: lines(\.phrase).joined(separator: ".\n"), decidedBy: lines(\.short).first)
  }

  /// The same of what nothing computed could refute.
  var asIllustration: Verdict {
    kind == .agrees ? Verdict(.illustrated, because: reason, decidedBy: decision) : self
  }

  /// The same where lists without the other parts have all of the reason.
  var inFull: Verdict {
    Verdict(kind, because: reason, decidedBy: reason?.replacing("\n", with: " "))
  }

  /// The verdict in words, with its reason.
  var text: String { reason.map { "\(kind.rawValue): \($0)" } ?? kind.rawValue }
}
