/// What a source says, beside what was measured here.
struct Claim: Hashable, Sendable, Codable {
  /// What is claimed, in one sentence that is true or false: what the comparisons compare, and no more.
  let statement: String

  /// Who says so.
  let paper: Paper

  /// Where in the source: `table 5`.
  let place: String

  /// The source's own words or numbers, in short.
  let quote: String

  /// What it was held against, and the baseline beside it.
  let evidence: Evidence

  /// The numbers that are compared.
  let measured: String

  /// Which comparisons decide, and the margin if it is not zero.
  let criterion: String

  /// When these were settled.
  let settled: Settlement

  let verdict: Verdict

  init(
    _ statement: String, paper: Paper, _ place: String, quote: String, evidence: Evidence,
    measured: String, criterion: String, settled: Settlement, verdict: Verdict
  ) {
    self.statement = statement
    self.paper = paper
    self.place = place
    self.quote = quote
    self.evidence = evidence
    self.measured = measured
    self.criterion = criterion
    self.settled = settled
    self.verdict = verdict
  }
}

extension Claim {
  /// The paper and the place in it.
  var source: String { "\(paper.title), \(place)" }

  /// How training stands to the best baseline, where the claim compares accuracies.
  var standing: Baseline.Standing? { evidence.baseline?.standing }

  /// The verdict, whether something is otherwise at settings outside the source's table, and how training stands to the
  /// best baseline.
  var outcome: String {
    verdict.kind.rawValue
      + (verdict.isOtherwise ? "; at settings outside the source's table some is the opposite" : "")
      + (standing.map { "; the best trained is \($0.rawValue)" } ?? "")
  }

  /// Whether another verdict than now was given before.
  var isRejudged: Bool { settled.earlierKinds.contains { $0 != verdict.kind } }

  /// What the comparisons came to.
  var reason: String { evidence.kind == .printed ? verdict.plainText : verdict.reason }

  /// All that a list without the claim's other parts has to say, in lines: what does not hold, the baseline, what was trained,
  /// and the verdicts before.
  var lines: [String] {
    let summary = evidence.kind == .printed ? measured : verdict.summary
    return [
      "\(summary.withUppercaseStart).", evidence.baseline?.line,
      evidence.baseline.map { _ in "\(evidence.text.withUppercaseStart)." },
      settled.earlier.map { "\($0)." },
    ].compactMap(\.self)
  }

  /// The same in one line.
  var line: String { lines.joined(separator: " ") }

  /// What is between source and verdict, as names and values in the order in which a reader wants them.
  var details: [(name: String, value: String)] {
    [
      ("in short", quote), ("measured", measured),
      (
        "baseline",
        evidence.baseline?.fullText
      ),
      ("evidence", evidence.text), ("compared", criterion), ("settled", settled.text),
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
      }
    return
      ([statement, "claimed by: \(source)"] + details.map { "\($0.name): \($0.value)" }
      + ["verdict: \(outcome). \(reason)"]).marked(mark, width: width)
  }
}

extension [String] {
  /// Paragraphs in lines of at most `width` columns, beside a mark of at most 8.
  func marked(_ mark: String, width: Int) -> String {
    map { $0.wrapped(to: width - 10).split(separator: "\n") }.joined().enumerated()
      .map { index, line in (index == 0 ? mark : "").leftAligned(to: 9) + line }
      .joined(separator: "\n")
  }
}

extension Claim: JSONRepresentable {
  var json: JSON {
    .object([
      "claim": statement, "paper": paper.title, "address": paper.address, "place": place,
      "quote": quote, "evidence": evidence.text, "measured": measured,
      "baseline": evidence.baseline?.text,
      "contests": evidence.baseline.map { $0.contests.map(\.sentence) },
      "otherContests": evidence.baseline.flatMap { baseline in
        baseline.others.isEmpty ? nil : baseline.others.map(\.sentence)
      },
      "standing": standing?.rawValue, "criterion": criterion, "settled": settled.text,
      "verdict": verdict.kind.rawValue, "reason": reason,
    ])
  }
}
