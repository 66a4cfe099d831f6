import Testing

@testable import Experiments

@Suite("Claim")
struct ClaimTests {
  static func claim(
    _ verdict: Verdict, paper: Paper? = .behaviour, settled: Settlement = .after,
    evidence: Evidence = .printed
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
                 evidence: a source's numbers, computed again
                 judged by: at every step
                 settled: after first results were seen
                 verdict: agrees
        """)
    #expect(Self.claim(.doesNotAgree).text.hasPrefix("DIFFERS  The entropy falls.\n"))
    let part = Self.claim(.agreesInPart("yes: down. No: up")).text
    #expect(part.hasPrefix("in part  The entropy"))
    #expect(part.hasSuffix("verdict: agrees in part: yes: down. No: up"))
    #expect(Self.claim(.notTested("no time")).text.hasPrefix("untested The entropy"))
    #expect(Self.claim(Verdict(.undecided)).text.hasPrefix("not told The entropy"))
    #expect(Self.claim(.notTested("no time")).text.hasSuffix("verdict: not tested: no time"))
    #expect(Self.claim(.agrees, evidence: .sampled).text.hasPrefix("shown    The entropy"))
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
          "evidence": "a source's numbers, computed again", "measured": "6.9 to 0.1 nats", \
          "baseline": "of pixels 7", "criterion": "at every step", \
          "settled": "narrowed after the first measurement: to 0.1 and more", \
          "verdict": "agrees in part", "reason": "yes: a. No: b"}
          """)
  }

  @Test("is counted by verdict, those of papers apart from our own")
  func counts() {
    let claims = [
      Self.claim(.agrees), Self.claim(.agreesInPart("")), Self.claim(.agreesInPart("")),
      Self.claim(.notTested("no time")), Self.claim(.doesNotAgree, paper: nil),
    ]
    #expect(
      claims.verdictText == "1 agrees, 2 agree in part, 1 does not agree, 1 was not tested")
    #expect(
      claims.ofSources.verdictText
        == "1 agrees, 2 agree in part, 0 do not agree, 1 was not tested")
    #expect(claims.own.count == 1)
    #expect(
      claims.verdictCounts.description
        == #"{"agrees": 1, "agreesInPart": 2, "doesNotAgree": 1, "undecided": 0, "notTested": 1, "illustrated": 0}"#
    )
    #expect(claims.hasDisagreement && !claims.ofSources.hasDisagreement)
  }

  @Test("is illustrated, and agrees with nothing, where no computation could have refuted it")
  func illustrations() {
    let all: [Evidence] = [
      .printed, .example, .sampled, .descent, .definition, .analogy, .linear, .training, .nothing,
    ]
    #expect(all.filter { $0.kind == .analogy } == [.analogy])
    #expect(all.filter { $0.kind == .nothing } == [.nothing])
    #expect(all.filter { $0.kind == .experiment } == [.linear, .training])
    #expect(all.filter { $0.kind == .recomputation } == [.printed])
    for evidence in all {
      let isIllustration = evidence.kind == .illustration
      #expect(
        Self.claim(.agrees, evidence: evidence).verdict.kind
          == (isIllustration ? .illustrated : .agrees))
      #expect(Self.claim(.doesNotAgree, evidence: evidence).verdict == .doesNotAgree)
    }
  }

  @Test("is counted by kind of evidence")
  func kinds() {
    let claims = [
      Self.claim(.agrees), Self.claim(.agrees, evidence: .definition),
      Self.claim(.doesNotAgree, evidence: .linear),
      Self.claim(Verdict(.undecided, because: "d"), evidence: .training),
      Self.claim(.notTested("no time"), evidence: .nothing),
      Self.claim(.agreesInPart("a"), evidence: .analogy),
      Self.claim(.agrees, paper: nil, evidence: .training),
    ]
    #expect(
      claims.countText
        == "Of 6 claims of papers and articles 2 took training: 0 agree, 0 agree in part, 1 does not agree, "
        + "1 is not told by errors; 1 has no more than an analogy here: 0 agree, 1 agrees in part, 0 do not agree; of 1 "
        + "nothing was measured; 1 is of printed numbers, computed again: 1 agrees, 0 agree in part, 0 do not agree; "
        + "1 is a theorem or limit, or holds without training as well, and counts as no agreement: it is "
        + "illustrated. Of 1 result of our own 1 took training: 1 agrees, 0 agree in part, 0 do not agree"
    )
    #expect([Claim]().countText == nil)
    #expect(claims.prefix(1).countText?.contains("training") == false)
  }

  @Test("says how many were settled after results were seen, and had another verdict before")
  func settlements() {
    let rejudged = Settlement.rejudged(from: [.agrees, .agreesInPart], "by 0.1")
    let claims = [
      Self.claim(.agrees, settled: .before, evidence: .training),
      Self.claim(.agrees, settled: rejudged, evidence: .training),
      Self.claim(.agrees, evidence: .analogy), Self.claim(.agrees),
    ]
    #expect(
      claims.settlementText
        == "Of the 3 that were trained for, 2 are judged by what was settled or changed after first results were seen; "
        + "1 claim had another verdict before, which its line names")
    #expect(claims.prefix(1).settlementText == nil)
    #expect(
      rejudged.text
        == "changed after the first measurement, and with it the verdict, which was “agrees”, then “agrees in part”: by 0.1"
    )
    #expect(rejudged.earlier != nil && Settlement.changed("a").earlier == nil)
  }

  @Test("says why it does not simply agree")
  func exception() {
    #expect(Self.claim(.doesNotAgree).exception == "Measured: 6.9 to 0.1 nats")
    #expect(Self.claim(Verdict(parts: [.init("a", false)])).exception == "a")
    #expect(Self.claim(.agrees).exception == nil)
    #expect(Self.claim(.agrees, evidence: .sampled).exception == nil)
    #expect(Self.claim(.notTested("no time")).exception == "no time")
    // Of several lines the first, which decided.
    #expect(
      Self.claim(.agreesInPart("does not hold: b.\nHolds: a")).exception == "does not hold: b")
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
