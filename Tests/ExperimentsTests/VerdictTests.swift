import Foundation
import Testing

@testable import Experiments

@Suite("Verdict")
struct VerdictTests {
  @Test("agrees where all of it holds")
  func agrees() {
    #expect(Verdict(true) == .agrees)
    #expect(Verdict(parts: [("a", true), ("b", true)]) == .agrees)
  }

  @Test("agrees in part where some of it holds, and says which")
  func inPart() {
    let verdict = Verdict(parts: [("a", true), ("b", false), ("c", true), ("d", false)])
    #expect(verdict == .agreesInPart("yes: a; c. No: b; d"))
    #expect(verdict.part == "yes: a; c. No: b; d" && verdict.kind == .agreesInPart)
  }

  @Test("does not agree where nothing of it holds, or nothing was measured")
  func doesNotAgree() {
    #expect(Verdict(false) == .doesNotAgree)
    #expect(Verdict(parts: [("a", false), ("b", false)]) == .doesNotAgree)
    #expect(Verdict(parts: []) == .doesNotAgree)
    #expect(Verdict.doesNotAgree.part == nil && Verdict.agrees.part == nil)
  }

  @Test(
    "is the same when it is read from a file again",
    arguments: [
      Verdict.agrees, .agreesInPart("yes: a. No: b"), .doesNotAgree,
    ])
  func coding(verdict: Verdict) throws {
    let data = try JSONEncoder().encode(["v": verdict])
    #expect(try JSONDecoder().decode([String: Verdict].self, from: data) == ["v": verdict])
  }
}
