import Foundation
import Testing

@testable import Experiments

@Suite("Verdict")
struct VerdictTests {
  static func verdict(_ results: Bool?..., others: [Bool?] = []) -> Verdict {
    func comparisons(_ results: [Bool?], _ names: [String]) -> [Comparison] {
      zip(names, results).map { Comparison(name: $0, result: "+1", holds: $1) }
    }
    return Verdict(
      comparisons(results, ["a", "b", "c", "d"]), others: comparisons(others, ["x", "y", "z"]))
  }

  @Test("follows from the comparisons alone")
  func kinds() {
    #expect(Self.verdict(true, true).kind == .agrees)
    #expect(Self.verdict(true, false).kind == .agreesInPart)
    // What errors do not tell is no agreement, and no refutation.
    #expect(Self.verdict(true, nil).kind == .agreesInPart)
    #expect(Self.verdict(false, false).kind == .doesNotAgree)
    #expect(Self.verdict(false, nil).kind == .doesNotAgree)
    #expect(Self.verdict(nil, nil).kind == .undecided)
    #expect(Self.verdict().kind == .notTested)
  }

  @Test("counts its comparisons, and names those that do not hold with their numbers")
  func summary() {
    #expect(Self.verdict(true, true).summary == "2 of 2 comparisons hold")
    #expect(
      Self.verdict(true, false, nil).summary
        == "1 of 3 comparisons holds, 1 is the opposite, 1 is not told; the opposite: +1, b; not told: +1, c"
    )
    #expect(
      Self.verdict(true, false, nil).reason == """
        1 of 3 comparisons holds, 1 is the opposite, 1 is not told.
        The opposite: +1, b.
        Not told: +1, c.
        Holds: +1, a
        """)
    #expect(
      Self.verdict(false, false, nil, nil).summary.hasPrefix(
        "0 of 4 comparisons hold, 2 are the opposite, 2 are not told; the opposite: +1, a; +1, b"))
    #expect(Self.verdict().summary == "none of the source's settings was compared")
    #expect(Self.verdict().reason == Self.verdict().summary)
  }

  @Test("is not decided by settings that the source does not have, which are not hidden either")
  func others() {
    for others: [Bool?] in [[true], [false], [nil]] {
      #expect(Self.verdict(true, others: others).kind == .agrees)
      #expect(Self.verdict(false, others: others).kind == .doesNotAgree)
      #expect(Self.verdict(nil, others: others).kind == .undecided)
    }
    #expect(Self.verdict(true, others: [true]).summary == "1 of 1 comparison holds")
    #expect(
      Self.verdict(true, others: [true, false, nil]).summary
        == "1 of 1 comparison holds. At settings outside the source's table, which decide nothing, the opposite: +1, y"
    )
    #expect(
      Self.verdict(true, others: [true]).reason == """
        1 of 1 comparison holds.
        Holds: +1, a.
        At settings outside the source's table, which decide nothing, 1 of 1 comparison holds.
        Holds: +1, x
        """)
  }

  @Test("takes intervals for all comparisons of a claim at once, of others apart")
  func families() throws {
    let seeds = [[0.0, 0.1, 0.2], [1.0, 1.3, 1.1]]
    let trial = Trial("t", seeds[1], less: seeds[0])
    let alone = Estimate(seeds[1], less: seeds[0])
    let three = Estimate(seeds[1], less: seeds[0], family: 3)
    #expect(three.halfWidth > alone.halfWidth)
    #expect(Verdict([trial]).comparisons[0].result == alone.differenceText)
    let verdict = Verdict([trial, trial, trial], others: [trial])
    #expect(verdict.comparisons.map(\.result) == Array(repeating: three.differenceText, count: 3))
    #expect(verdict.others[0].result == alone.differenceText)
    // Of one seed no error is known, and nothing is told.
    let one = Verdict([Trial("t", [1], less: [0])])
    #expect(one.kind == .undecided)
    #expect(one.comparisons[0].result == "+1 of one seed, whose error is not known")
  }

  @Test("takes a contrast as one comparison, which holds only if each of its parts does")
  func contrasts() {
    let up = Trial("up", [1.0, 1.3, 1.1], less: [0.0, 0.1, 0.2])
    let down = Trial("down", [0.0, 0.1, 0.2], less: [1.0, 1.3, 1.1])
    let none = Trial("none", [0.0, 1.0, -1.0], less: [0.0, 0.0, 0.0])
    func verdict(_ trials: [Trial]...) -> Verdict {
      Verdict(contrasts: trials.enumerated().map { (name: "c\($0)", trials: $1) }, others: [up])
    }
    #expect(verdict([up, up]).comparisons.map(\.holds) == [true])
    #expect(verdict([up, none], [none, down]).comparisons.map(\.holds) == [nil, false])
    #expect(verdict([up, down, up]).kind == .doesNotAgree)
    // Intervals are for all parts of all contrasts.
    let two = verdict([up, none], [up])
    let results = [up, none].map { "\($0.name) \($0.difference(3).differenceText)" }
    #expect(two.comparisons[0].text == "\(results[1]) is not told, \(results[0]) holds, c0")
    #expect(two.comparisons[1].result == "\(results[0]) holds")
    #expect(two.comparisons.map(\.differenceCount) == [2, 1])
    #expect(two.others[0].result == up.difference(1).differenceText)
    #expect(verdict().kind == .notTested)
    // Each part's outcome is named, however the whole comes out.
    let family = { (trial: Trial) in "\(trial.name) \(trial.difference(4).differenceText)" }
    #expect(
      verdict([up, down, none, up]).comparisons[0].result
        == "\(family(down)) is the opposite, \(family(none)) is not told, \(family(up)), \(family(up)) hold"
    )
  }

  @Test("counts comparisons of several differences apart from those of one")
  func differences() {
    func comparison(_ holds: Bool?, _ count: Int) -> Comparison {
      Comparison(name: "a", result: "+1", holds: holds, differenceCount: count)
    }
    #expect(
      [comparison(true, 1), comparison(nil, 3), comparison(true, 1), comparison(true, 2)]
        .countsByDifferences
        == "of one difference 2 of 2 hold; of those of several differences, 5 in all, each of which has to hold, 1 of 2 holds, 1 is not told"
    )
    #expect(
      [comparison(false, 2)].countsByDifferences
        == "of several differences, 2 in all, each of which has to hold, 0 of 1 hold, 1 is the opposite"
    )
    #expect([comparison(true, 1)].countsByDifferences == "1 of 1 holds")
  }

  @Test("names settings outside the source's table only where there are some")
  func outside() {
    #expect(
      [0.1, 0.2, 1].outsideText(of: [0.1, 1])
        == "; 0.2 is outside the source's table and decides nothing")
    #expect(
      [0.02, 0.1, 0.2].outsideText(of: [0.1])
        == "; 0.02, 0.2 are outside the source's table and decide nothing")
    #expect([0.1, 1].outsideText(of: [0.1, 0.5, 1]) == "")
  }

  @Test("compares a source's settings with their neighbours, and others apart")
  func steps() {
    let (printed, others) = [0.02, 0.07, 0.1, 0.3, 1].steps(printed: [0.07, 0.3, 0.7, 1])
    #expect(printed.map { [$0.0, $0.1] } == [[1, 3], [3, 4]])
    #expect(others.map { [$0.0, $0.1] } == [[0, 1], [1, 2], [2, 3]])
    #expect([1.0].steps(printed: [1]).printed.isEmpty)
  }

  @Test("a course names the source's settings that were run, from the first to the last")
  func course() {
    let printed = [0.07, 0.3, 0.7, 1]
    #expect(printed.course(of: printed) == "0.07 over 0.3 and 0.7 to 1")
    #expect([0.02, 0.07, 0.3, 1].course(of: printed) == "0.07 over 0.3 to 1")
    #expect([0.9, 0.99].course(of: [0.9, 0.99, 0.999]) == "0.9 to 0.99")
    #expect(
      [0.1, 0.2, 0.3, 0.4, 0.5].course(of: [0.1, 0.2, 0.3, 0.4, 0.5])
        == "0.1 over 0.2, 0.3 and 0.4 to 0.5")
    #expect([0.02, 1].course(of: printed) == nil && [0.02].course(of: printed) == nil)
  }
}
