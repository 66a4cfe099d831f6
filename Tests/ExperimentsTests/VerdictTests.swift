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
    #expect(verdict == .agreesInPart("yes: a; c.\nNo: b.\nNot told by errors: d"))
    #expect(verdict.text == "agrees in part: yes: a; c.\nNo: b.\nNot told by errors: d")
    // What errors do not tell is no agreement.
    #expect(Self.verdict(("a", true), ("b", nil)).kind == .agreesInPart)
  }

  @Test("does not agree where nothing of it holds, or nothing was measured")
  func doesNotAgree() {
    #expect(Verdict(false) == .doesNotAgree)
    #expect(Self.verdict(("a", false), ("b", false)) == Verdict(.doesNotAgree, because: "a; b"))
    #expect(Self.verdict(("a", false), ("b", nil)).kind == .doesNotAgree)
    #expect(Self.verdict() == .doesNotAgree)
    #expect(Verdict.doesNotAgree.reason == nil && Verdict.agrees.reason == nil)
  }

  @Test("is spoken against by baselines, and not for")
  func baselines() {
    func verdict(_ own: Bool?, _ baseline: Bool?) -> Verdict {
      Verdict(parts: [Verdict.Part("a", own), Verdict.Part("b", baseline).asBaseline])
    }
    #expect(verdict(true, true).text == "agrees: a.\nBeside baselines: b")
    #expect(verdict(true, false).kind == .agreesInPart && verdict(true, nil).kind == .agreesInPart)
    #expect(verdict(false, true).kind == .doesNotAgree)
    #expect(verdict(nil, true).text == "not tested: not told by errors: a.\nBeside baselines: b")
    #expect(Verdict(parts: [Verdict.Part("b", true).asBaseline]).kind == .doesNotAgree)
  }

  @Test("tests nothing where errors tell nothing")
  func notTested() {
    #expect(Self.verdict(("a", nil), ("b", nil)) == .notTested("not told by errors: a; b"))
  }

  @Test(
    "is the same when it is read from a file again",
    arguments: [
      Verdict.agrees, .agreesInPart("yes: a. No: b"), .doesNotAgree,
      .notTested("why"), Verdict(.illustrated, because: "a"),
    ])
  func coding(verdict: Verdict) throws {
    let data = try JSONEncoder().encode(["v": verdict])
    #expect(try JSONDecoder().decode([String: Verdict].self, from: data) == ["v": verdict])
  }
}
