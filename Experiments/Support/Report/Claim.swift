/// What a source says, beside what came out here.
struct Claim: Hashable, Sendable, Codable {
  /// What is claimed, in one sentence that is true or false.
  let statement: String

  /// Who says so; nil for a result of our own, which follows from nobody's words.
  let paper: Paper?

  /// Where in the source: `table 5`. For a result of our own, where it comes from.
  let place: String

  /// The source's own words or numbers, in short.
  let quote: String?

  /// What it was measured on.
  let evidence: Evidence

  /// What was measured, with the numbers that decide.
  let measured: String

  /// What could prove the claim empty: the same measurement of something that learnt nothing.
  let baseline: String?

  /// The grid and the margin: what would have been agreement.
  let criterion: String

  /// When these were settled.
  let settled: Settlement

  let verdict: Verdict

  /// Creates a claim.
  ///
  /// A verdict of agreement becomes one of illustration where nothing that was computed could have refuted
  /// the claim.
  init(
    _ statement: String, paper: Paper?, _ place: String, quote: String? = nil, evidence: Evidence,
    measured: String, baseline: String? = nil, criterion: String, settled: Settlement,
    verdict: Verdict
  ) {
    self.statement = statement
    self.paper = paper
    self.place = place
    self.quote = quote
    self.evidence = evidence
    self.measured = measured
    self.baseline = baseline
    self.criterion = criterion
    self.settled = settled
    self.verdict = evidence.kind == .illustration ? verdict.asIllustration : verdict
  }
}

extension Claim {
  /// Whether it is a result of our own, and no paper's.
  var isOwn: Bool { paper == nil }

  /// The paper and the place in it.
  var source: String { [paper?.title, place].compactMap(\.self).joined(separator: ", ") }

  /// What decided where it does not simply agree, for a list without the other parts.
  var exception: String? {
    switch verdict.kind {
    case .agrees, .illustrated: nil
    case .agreesInPart, .undecided, .notTested: verdict.decision
    case .doesNotAgree: verdict.decision ?? "Measured: \(measured)"
    }
  }

  /// What its source is called among its parts.
  var sourceName: String { isOwn ? "from" : "claimed by" }

  /// What is between source and verdict, as names and values in the order in which a reader wants them.
  var details: [(name: String, value: String)] {
    [
      ("in short", quote), ("measured", measured), ("baseline", baseline),
      ("evidence", evidence.rawValue), ("judged by", criterion), ("settled", settled.text),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  /// The claim in lines of 80 columns.
  var text: String { text(width: 80) }

  /// The claim as it appears on the terminal, in lines of at most `width` columns.
  func text(width: Int) -> String {
    let mark =
      switch verdict.kind {
      case .agrees: "agrees"
      case .agreesInPart: "in part"
      case .doesNotAgree: "DIFFERS"
      case .undecided: "not told"
      case .notTested: "untested"
      case .illustrated: "shown"
      }
    let parts =
      [statement, "\(sourceName): \(source)"] + details.map { "\($0.name): \($0.value)" }
      + ["verdict: \(verdict.text)"]
    let lines =
      parts
      .map { $0.wrapped(to: width - 10).split(separator: "\n") }
      .joined()
    return lines.enumerated().map { index, line in
      (index == 0 ? mark : "").leftAligned(to: 9) + line
    }.joined(separator: "\n")
  }
}

extension Claim: JSONRepresentable {
  var json: JSON {
    .object(
      [
        "claim": statement, "paper": paper?.title, "address": paper?.address, "place": place,
        "quote": quote, "evidence": evidence.rawValue, "measured": measured, "baseline": baseline,
        "criterion": criterion, "settled": settled.text, "verdict": verdict.kind.rawValue,
        "reason": verdict.reason,
      ])
  }
}
