import Foundation
import Testing

@testable import Experiments

@Suite("Claim")
struct ClaimTests {
  /// A verdict of one or two comparisons.
  static func verdict(_ kind: Verdict.Kind) -> Verdict {
    let results: [Bool?] =
      switch kind {
      case .agrees: [true]
      case .agreesInPart: [true, false]
      case .doesNotAgree: [false]
      case .undecided: [nil]
      case .notTested: []
      }
    return Verdict(zip(["a", "b"], results).map { Comparison(name: $0, result: "+1", holds: $1) })
  }

  static func baseline(_ contests: Bool?...) -> Baseline {
    Baseline(
      text: "of pixels 7",
      contests: contests.map { Baseline.Contest(sentence: "the best has 3", isWon: $0) })
  }

  static func claim(
    _ kind: Verdict.Kind, settled: Settlement = .after("by 0.1"), evidence: Evidence = .printed
  ) -> Claim {
    claim(verdict(kind), settled: settled, evidence: evidence)
  }

  static func claim(
    _ verdict: Verdict, settled: Settlement = .after("by 0.1"), evidence: Evidence = .printed
  ) -> Claim {
    Claim(
      "The entropy falls.", paper: .behaviour, "figure 3", quote: "falls", evidence: evidence,
      measured: "6.9 to 0.1 nats", criterion: "at every step", settled: settled,
      verdict: verdict)
  }

  static func illustration(isRight: Bool = true) -> Illustration {
    Illustration(
      "The entropy has a limit.", paper: .behaviour, "eq. 6", kind: .sampled, computed: "0.1 nats",
      check: "within 0.2", isRight: isRight)
  }

  @Test("is printed with source, words, the best baseline, comparisons and verdict")
  func text() {
    let trained = Evidence.trained(on: "digits", beside: Self.baseline(false))
    #expect(
      Self.claim(.agrees, evidence: trained).text == """
        agrees   The entropy falls.
                 claimed by: Wang & Liu 2021, figure 3
                 in short: falls
                 measured: 6.9 to 0.1 nats
                 baseline: of pixels 7. The best has 3.
                 evidence: trained here: digits
                 compared: at every step
                 settled: after first results were seen: by 0.1
                 verdict: agrees; the best trained is worse than the best baseline. 1
                 of 1 comparison holds. Holds: +1, a
        """)
    #expect(Self.claim(.doesNotAgree).text.hasPrefix("DIFFERS  The entropy falls.\n"))
    #expect(Self.claim(.agreesInPart).text.hasPrefix("in part  The entropy"))
    #expect(Self.claim(.agreesInPart).text.hasSuffix("verdict: agrees in part. +1, a; +1, b"))
    #expect(Self.claim(.notTested).text.hasPrefix("untested The entropy"))
    #expect(Self.claim(.undecided).text.hasPrefix("not told The entropy"))
  }

  @Test("has a line that leaves out neither the best baseline nor what was trained on")
  func line() {
    let sentence = "The best has 3."
    for kind in Verdict.Kind.allCases {
      for result in [true, false, nil] as [Bool?] {
        for evidence in [
          Evidence.trained(on: "digits", beside: Self.baseline(result)),
          .analogy(on: "digits", beside: Self.baseline(result)),
        ] {
          let claim = Self.claim(
            kind, settled: .after("by 0.1", verdicts: [.agrees]), evidence: evidence)
          #expect(claim.line.contains(sentence) && claim.line.contains("digits"))
          #expect(
            claim.line.contains(
              "Verdicts before, of this or of claims that became it, in no order: “agrees”."))
          #expect(claim.outcome.contains("the best baseline"))
        }
      }
    }
    let loss = Self.claim(.agrees, evidence: .trained(on: "digits", beside: Self.baseline()))
    #expect(
      loss.line == "1 of 1 comparison holds. Beside it: of pixels 7. Trained here: digits.")
    #expect(loss.outcome == "agrees" && loss.standing == nil)
    #expect(Self.claim(.doesNotAgree).line == "6.9 to 0.1 nats.")
  }

  @Test("stands to the best baseline as at the task where it stands worst")
  func standing() {
    #expect(Self.baseline(true, true).standing == .better)
    #expect(Self.baseline(true, nil).standing == .notTold)
    #expect(Self.baseline(nil, false, true).standing == .worse)
    #expect(Self.baseline().standing == nil)
    // What was trained outside the source's table is shown, and does not stand for it.
    let others = Baseline(
      text: "of pixels 7", contests: [Baseline.Contest(sentence: "the best has 3", isWon: false)],
      others: [Baseline.Contest(sentence: "another has 9", isWon: true)])
    #expect(others.standing == .worse && others.line == "The best has 3. Another has 9.")
    let none = Baseline(text: "of pixels 7", others: others.others)
    #expect(none.standing == nil && none.line == "Beside it: of pixels 7. Another has 9.")
    let claim = Self.claim(.agrees, evidence: .trained(on: "digits", beside: others))
    #expect(claim.text.contains("baseline: of pixels 7. The best has 3. Another has 9.\n"))
    #expect(claim.json["otherContests"] == .array([.string("another has 9")]))
    // Green is only what is worth something, too.
    func color(_ kind: Verdict.Kind, _ result: Bool?) -> String {
      Self.claim(kind, evidence: .trained(on: "", beside: Self.baseline(result))).cssClass
    }
    #expect(color(.agrees, true) == "agrees" && color(.agrees, nil) == "in-part")
    #expect(color(.agrees, false) == "in-part" && color(.doesNotAgree, false) == "differs")
    #expect(Self.claim(.agrees).cssClass == "agrees")
    // And what is not otherwise at settings outside the source's table, which the verdict says.
    let otherwise = Self.claim(VerdictTests.verdict(true, others: [true, false]))
    #expect(otherwise.cssClass == "in-part" && otherwise.verdict.kind == .agrees)
    #expect(
      otherwise.outcome == "agrees; at settings outside the source's table some is the opposite")
    #expect(
      [otherwise].countText?.contains(
        "In 1, some comparison at settings outside the source's table, ") == true)
    #expect([Self.claim(.agrees)].countText?.contains("outside the source's table") == false)
  }

  @Test("has lines of at most 80 characters")
  func width() {
    let words = Array(repeating: "word", count: 60).joined(separator: " ")
    let claim = Claim(
      words, paper: .moCo, words, quote: words,
      evidence: .trained(on: words, beside: Baseline(text: words)), measured: words,
      criterion: words, settled: .after(words), verdict: Self.verdict(.agrees))
    #expect(claim.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(
      Self.illustration().text(width: 40).split(separator: "\n").allSatisfy { $0.count <= 40 })
  }

  @Test("stands in results with all its parts, the comparisons in a file of their own")
  func files() {
    let claim = Self.claim(
      .agreesInPart, settled: .after("by 0.1", verdicts: [.agrees, .doesNotAgree]),
      evidence: .trained(on: "digits", beside: Self.baseline(nil)))
    #expect(
      claim.json.description == """
        {"claim": "The entropy falls.", "paper": "Wang & Liu 2021", \
        "address": "https://arxiv.org/abs/2012.09740", "place": "figure 3", "quote": "falls", \
        "evidence": "trained here: digits", "measured": "6.9 to 0.1 nats", \
        "baseline": "of pixels 7", "contests": ["the best has 3"], \
        "standing": "not to be told from the best baseline", "criterion": "at every step", \
        "settled": "after first results were seen: by 0.1. Verdicts before, of this or of claims that became it, in no order: “agrees”, “does not agree”", \
        "verdict": "agrees in part", \
        "reason": "1 of 2 comparisons holds, 1 is the opposite.\\nThe opposite: +1, b.\\nHolds: +1, a"}
        """)
    let table = Table("c", comparisonsOf: [claim])
    #expect(table.cells(in: "comparison") == [.string("a"), .string("b")])
    #expect(table.cells(in: "outcome") == [.string("holds"), .string("the opposite")])
    #expect(table.cells(in: "decides") == [.boolean(true), .boolean(true)])
  }

  @Test("is the same when it is read from a file again")
  func coding() throws {
    for evidence in [Evidence.printed, .trained(on: "digits", beside: Self.baseline(true, nil))] {
      let claim = Self.claim(
        .agreesInPart, settled: .after("by 0.1", verdicts: [.agrees]), evidence: evidence)
      #expect(try JSONDecoder().decode(Claim.self, from: JSONEncoder().encode(claim)) == claim)
    }
    let one = Self.illustration()
    #expect(try JSONDecoder().decode(Illustration.self, from: JSONEncoder().encode(one)) == one)
  }

  @Test("is counted by evidence, verdict, and how it stands to the best baseline")
  func counts() {
    func trained(_ result: Bool?) -> Evidence {
      .trained(on: "digits", beside: Self.baseline(result))
    }
    let loss = Evidence.trained(on: "digits", beside: Self.baseline())
    let claims = [
      Self.claim(.agrees, settled: .before), Self.claim(.doesNotAgree, evidence: trained(false)),
      Self.claim(.agreesInPart, evidence: trained(nil)), Self.claim(.undecided, evidence: loss),
      Self.claim(
        .agrees, settled: .after("by 0.1", verdicts: [.agrees, .agreesInPart]),
        evidence: .analogy(on: "maps", beside: Self.baseline(true))),
    ]
    #expect(
      claims.countText
        == "3 claims of papers took training: 0 agree, 1 agrees in part, 1 does not agree, 1 is not told by errors. "
        + "Of their comparisons 1 of 4 holds, 2 are the opposite, 1 is not told. "
        + "1 claim of a paper has but an analogy here: 1 agrees, 0 agree in part, 0 do not agree. Of its comparisons 1 of 1 holds. "
        + "1 claim is of printed numbers, computed again: 1 agrees, 0 agree in part, 0 do not agree. "
        + "3 compare accuracies; of the best that was trained, at the task where it stands worst: "
        + "in 1 it is worse than the best baseline, in 1 it is not to be told from the best baseline, in 1 it is better than the best baseline. "
        + "Of all 5, 4 are judged by what was settled or changed after first results were seen, 1 of which had another verdict before, "
        + "which its line names.")
    // One that was judged so all along had no other verdict.
    let same = Self.claim(.agrees, settled: .after("by 0.1", verdicts: [.agrees]))
    #expect(
      [same].countText?.hasSuffix("settled or changed after first results were seen.") == true)
    #expect(
      claims.verdictCounts.description
        == #"{"agrees": 2, "agreesInPart": 1, "doesNotAgree": 1, "undecided": 1, "notTested": 0}"#)
    #expect(claims.hasDisagreement && ![claims[0]].hasDisagreement)
    #expect([Claim]().countText == nil)
    #expect(
      [claims[0]].countText
        == "1 claim is of printed numbers, computed again: 1 agrees, 0 agree in part, 0 do not agree."
    )
  }

  @Test("is printed before illustrations and tables of its report, behind what was found")
  func report() {
    var table = Table("t", columns: [Column("a")])
    table.append(1)
    var report = Report(title: "T", explanation: "How.", tables: [table])
    report.finding = "Found."
    report.claims = [Self.claim(.agrees)]
    report.illustrations = [Self.illustration()]
    #expect(report.text.hasPrefix("T\n=\n\nFound.\n\nHow.\n\nagrees   The entropy"))
    #expect(report.text.contains("\n\nshown    The entropy has a limit.\n"))
    #expect(report.text.hasSuffix("\n\na\n-\n1\n"))
  }

  @Test("is no illustration, which has no verdict but where the computation is at fault")
  func illustrations() {
    let right = Self.illustration().text(width: 80)
    #expect(
      right == """
        shown    The entropy has a limit.
                 from: Wang & Liu 2021, eq. 6
                 computed: 0.1 nats
                 illustrates: a theorem, on random numbers
                 checked: within 0.2
        """)
    #expect(Self.illustration(isRight: false).text(width: 80).hasPrefix("FAULT    The entropy"))
    #expect([Self.illustration(isRight: false)].hasFault && ![Self.illustration()].hasFault)
    #expect(
      [Self.illustration()].countText == "1 theorem or limit is illustrated, without a verdict.")
    #expect(
      [Self.illustration(), Self.illustration(isRight: false)].countText
        == "2 theorems and limits are illustrated, without a verdict. 1 computation of them is at fault."
    )
    #expect([Illustration]().countText == nil)
  }
}
