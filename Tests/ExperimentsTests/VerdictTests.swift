import Foundation
import Testing

@testable import Experiments

@Suite("Verdict")
struct VerdictTests {
  private static func verdict(_ parts: (String, Bool?)...) -> Verdict {
    Verdict(parts: parts.map { Verdict.Part($0.0, $0.1) })
  }

  @Test("agrees where all of it holds, and says what")
  func agrees() {
    #expect(Verdict(true) == .agrees)
    #expect(Self.verdict(("a", true), ("b", true)) == Verdict(.agrees, because: "a; b"))
  }

  @Test("agrees in part where some of it holds, and says which")
  func inPart() {
    let verdict = Self.verdict(("a", true), ("b", false), ("c", true), ("d", nil))
    // What decided stands first.
    #expect(verdict == .agreesInPart("does not hold: b.\nNot told: d.\nHolds: a; c"))
    #expect(verdict.decision == "does not hold: b")
    #expect(
      verdict.text == "agrees in part: does not hold: b.\nNot told: d.\nHolds: a; c")
    #expect(
      verdict.inFull.decision == "does not hold: b. Not told: d. Holds: a; c")
    // What errors do not tell is no agreement.
    #expect(Self.verdict(("a", true), ("b", nil)).kind == .agreesInPart)
  }

  @Test("does not agree where nothing of it holds")
  func doesNotAgree() {
    #expect(Verdict(false) == .doesNotAgree)
    #expect(Self.verdict(("a", false), ("b", false)) == Verdict(.doesNotAgree, because: "a; b"))
    #expect(Self.verdict(("a", false), ("b", nil)).kind == .doesNotAgree)
    #expect(Verdict.doesNotAgree.reason == nil && Verdict.agrees.reason == nil)
  }

  @Test("is spoken against by baselines, and not for")
  func baselines() {
    func verdict(_ own: Bool?, _ baseline: Bool?) -> Verdict {
      Verdict(parts: [Verdict.Part("a", own), Verdict.Part("b", baseline).asBaseline])
    }
    #expect(verdict(true, true).text == "agrees: a.\nBeside what learnt nothing: b")
    #expect(
      verdict(true, false)
        == .agreesInPart("not better than what learnt nothing: b.\nHolds: a"))
    #expect(verdict(true, false).kind == .agreesInPart && verdict(true, nil).kind == .agreesInPart)
    #expect(verdict(false, true).kind == .doesNotAgree && verdict(nil, true).kind == .undecided)
    #expect(Verdict(parts: [Verdict.Part("b", true).asBaseline]).kind == .notTested)
  }

  @Test("is not decided by settings that the source does not have")
  func beyond() {
    func verdict(_ own: Bool?, _ beyond: Bool?) -> Verdict {
      Verdict(parts: [Verdict.Part("a", own), Verdict.Part("b", beyond).asBeyond])
    }
    for beyond in [true, false, nil] as [Bool?] {
      #expect(
        verdict(true, beyond).text == "agrees: a.\nOf settings of ours, which decide nothing: b")
      #expect(verdict(false, beyond).kind == .doesNotAgree)
      #expect(verdict(nil, beyond).kind == .undecided)
    }
    #expect(Verdict(parts: [Verdict.Part("b", true).asBeyond]).kind == .notTested)
  }

  @Test("takes a statement to hold only if it holds under every condition")
  func conditions() {
    func part(_ results: Bool?...) -> Verdict.Part {
      Verdict.Part("s", all: results.enumerated().map { Verdict.Part("\($0)", $1) })
    }
    #expect(part(true, true) == Verdict.Part("0; 1 (s)", true))
    #expect(part(true, false, nil) == Verdict.Part("1 (s), while 0; 2", false, short: "1 (s)"))
    #expect(part(true, nil) == Verdict.Part("1 (s), while 0", nil, short: "1 (s)"))
    let verdict = Verdict(parts: [part(true, false), Verdict.Part("a", true)])
    #expect(verdict.reason == "does not hold: 1 (s), while 0.\nHolds: a")
    #expect(verdict.decision == "does not hold: 1 (s)")
    #expect(part().holds == nil)
  }

  @Test("does not tell where errors do not, and tests nothing where nothing was measured")
  func undecided() {
    #expect(
      Self.verdict(("a", nil), ("b", nil))
        == Verdict(.undecided, because: "a; b"))
    #expect(Self.verdict() == .notTested("nothing of it was measured"))
  }

  @Test(
    "is the same when it is read from a file again",
    arguments: [
      Verdict.agrees, .agreesInPart("yes: a. No: b"), .doesNotAgree,
      .notTested("why"), Verdict(.undecided, because: "a"), Verdict(.illustrated, because: "a"),
    ])
  func coding(verdict: Verdict) throws {
    let data = try JSONEncoder().encode(["v": verdict])
    #expect(try JSONDecoder().decode([String: Verdict].self, from: data) == ["v": verdict])
  }
}
