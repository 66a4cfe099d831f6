import Testing

@testable import Experiments

@Suite("Claim")
struct ClaimTests {
  static func claim(
    _ verdict: Verdict, paper: Paper? = .behaviour, settled: Settlement = .after,
    evidence: Evidence = .sampled
  ) -> Claim {
    Claim(
      "The entropy falls.", paper: paper, "figure 3", quote: "falls", evidence: evidence,
      measured: "6.9 to 0.1 nats", baseline: "of pixels 7", criterion: "at every step",
      settled: settled, verdict: verdict)
  }

  @Test("is printed with source, words, baseline, criterion and verdict")
  func text() {
    #expect(
      Self.claim(.agrees).text == """
        agrees   The entropy falls.
                 claimed by: Wang & Liu 2021, figure 3
                 in short: falls
                 measured: 6.9 to 0.1 nats
                 baseline: of pixels 7
                 evidence: random numbers, nothing was trained
                 judged by: at every step
                 settled: after first results were seen
                 verdict: agrees
        """)
    #expect(Self.claim(.doesNotAgree).text.hasPrefix("DIFFERS  The entropy falls.\n"))
    let part = Self.claim(.agreesInPart("yes: down. No: up")).text
    #expect(part.hasPrefix("in part  The entropy"))
    #expect(part.hasSuffix("verdict: agrees in part: yes: down. No: up"))
    #expect(Self.claim(.agrees, paper: nil).text.contains("         from: figure 3\n"))
  }

  @Test("has lines of at most 80 characters")
  func width() {
    let words = Array(repeating: "word", count: 60).joined(separator: " ")
    let claim = Claim(
      words, paper: nil, words, evidence: .training, measured: words, criterion: words,
      settled: .narrowed(words), verdict: .agrees)
    #expect(claim.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(claim.source == words && claim.isOwn)
  }

  @Test("stands in results with all its parts")
  func json() {
    #expect(
      Self.claim(.agreesInPart("yes: a. No: b"), settled: .narrowed("to 0.1 and more")).json
        .description == """
          {"claim": "The entropy falls.", "paper": "Wang & Liu 2021", \
          "address": "https://arxiv.org/abs/2012.09740", "place": "figure 3", "quote": "falls", \
          "evidence": "random numbers, nothing was trained", "measured": "6.9 to 0.1 nats", \
          "baseline": "of pixels 7", "criterion": "at every step", \
          "settled": "narrowed after the first measurement: to 0.1 and more", \
          "verdict": "agrees in part", "part": "yes: a. No: b"}
          """)
  }

  @Test("is counted by verdict, those of papers apart from our own")
  func counts() {
    let claims = [
      Self.claim(.agrees), Self.claim(.agreesInPart("")), Self.claim(.agreesInPart("")),
      Self.claim(.doesNotAgree, paper: nil),
    ]
    #expect(claims.verdictText == "1 agrees, 2 agree in part, 1 does not agree")
    #expect(claims.ofSources.verdictText == "1 agrees, 2 agree in part, 0 do not agree")
    #expect(claims.own.count == 1)
    #expect(
      claims.verdictCounts.description
        == #"{"agrees": 1, "agreesInPart": 2, "doesNotAgree": 1}"#)
    #expect(claims.hasDisagreement && !claims.ofSources.hasDisagreement)
  }

  @Test("is mathematics unless training could have come out either way, and counted apart")
  func kinds() {
    let all: [Evidence] = [.arithmetic, .sampled, .descent, .theorem, .linear, .training]
    #expect(all.filter(\.isExperiment) == [.linear, .training])
    let claims = [
      Self.claim(.agrees), Self.claim(.agrees, evidence: .theorem),
      Self.claim(.doesNotAgree, evidence: .linear),
    ]
    #expect(claims.mathematics.count == 2 && claims.experiments.count == 1)
    #expect(
      claims.kindText
        == "2 are mathematics: 2 agree, 0 agree in part, 0 do not agree; "
        + "1 took training: 0 agree, 0 agree in part, 1 does not agree")
    #expect([Claim]().kindText == nil)
    #expect(claims.prefix(1).kindText?.contains("training") == false)
  }

  @Test("says what was measured where that does not agree")
  func disagreement() {
    #expect(Self.claim(.doesNotAgree).disagreement == "Measured: 6.9 to 0.1 nats")
    #expect(Self.claim(.agrees).disagreement == nil)
    #expect(Self.claim(.agreesInPart("yes: a. No: b")).disagreement == nil)
  }

  @Test("is printed before the tables of its report, behind what was found")
  func report() {
    var table = Table("t", columns: [Column("a")])
    table.append(1)
    var report = Report(title: "T", explanation: "How.", tables: [table])
    report.finding = "Found."
    report.claims = [Self.claim(.agrees)]
    #expect(report.text.hasPrefix("T\n=\n\nFound.\n\nHow.\n\nagrees   The entropy"))
    #expect(report.text.hasSuffix("\n\na\n-\n1\n"))
  }
}
