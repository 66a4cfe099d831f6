import Testing

@testable import Experiments

@Suite("Statistics")
struct StatisticsTests {
  @Test("are the mean and its standard error")
  func mean() {
    #expect([1.0, 2, 6].mean == 3)
    // The deviations are 2, 1 and 3: variance 14/2, over three numbers.
    #expect(abs([1.0, 2, 6].standardError - (7.0 / 3).squareRoot()) < 1e-15)
    #expect([5.0].standardError == 0 && [5.0].deviation == nil)
    #expect(abs(([1.0, 2, 6].deviation ?? 0) - 7.0.squareRoot()) < 1e-15)
  }

  @Test("know what rises and what falls, strictly")
  func order() {
    #expect([1.0, 2, 3].isRising && ![1.0, 2, 2].isRising && ![1.0, .nan].isRising)
    #expect([3.0, 2].isFalling && ![2.0, 2].isFalling && ![1.0, .nan].isFalling)
  }

  @Test("say where a trend holds, where it is the other way, and where errors do not tell")
  func trend() {
    // Two standard errors of a difference: 2 · √2 · 0.1 = 0.28.
    func verdict(_ means: [Double], rising: Bool = false) -> Verdict {
      let errors = means.map { _ in 0.1 }
      return Verdict(
        parts: Trend(of: means, errors: errors, rising: rising).parts(
          settings: means.indices.map { "\($0)" }, expected: rising ? "rises" : "falls",
          opposite: rising ? "falls" : "rises"))
    }
    #expect(verdict([3, 2, 1]).text == "agrees: falls from 0 to 2")
    #expect(verdict([1, 2, 3], rising: true).kind == .agrees)
    #expect(verdict([1, 2, 3]).kind == .doesNotAgree)
    #expect(
      verdict([2, 3, 2, 1]) == .agreesInPart("yes: falls from 1 to 3.\nNo: rises from 0 to 1"))
    #expect(
      verdict([2, 1.9, 1])
        == .agreesInPart("yes: falls from 1 to 2.\nNot told by errors: from 0 to 1"))
    #expect(verdict([2, 1.9]).kind == .notTested && verdict([2]).kind == .doesNotAgree)
    #expect(verdict([2, .nan, 1]).kind == .notTested)
  }

  @Test("compare shares of the same items, item by item")
  func shares() {
    // Three seeds on four items: one that all get right, one that none does, and two in between.
    let a = TestShare([[1, 0, 1, 0], [1, 0, 1, 1], [1, 0, 0, 1]])
    #expect(a.seeds == [0.5, 0.75, 0.5] && a.items.map { ($0 * 3).rounded() } == [3, 0, 2, 2])
    #expect(abs(a.mean - 7.0 / 12) < 1e-15)
    let b = TestShare([[1, 0, 0, 0]])
    let comparison = ShareComparison(a, with: b)
    #expect(abs(comparison.difference - 1.0 / 3) < 1e-15)
    // Over items 0, 0, 2/3 and 2/3, whose variance is 4/27, of which a fourth; over seeds 1/48 of three.
    #expect(abs(comparison.margin - 2 * (1.0 / 27 + 1.0 / 144).squareRoot()) < 1e-12)
    #expect(comparison.isLarger == nil && comparison.words == "not to be told from")
    #expect(ShareComparison(a, with: a).difference == 0)
    // What differs everywhere by the same has no error of items.
    let (low, high) = (TestShare([[0.1, 0.5]]), TestShare([[0.2, 0.6]]))
    #expect(ShareComparison(high, with: low).isLarger == true)
    #expect(ShareComparison(low, with: high).isLarger == false)
    #expect(
      ShareComparison(high, with: low).part("a is", betterThan: "b").phrase.hasPrefix(
        "a is better than b (0.4 to 0.3, +0.1 ± "))
    #expect(ShareComparison(low, with: high).differenceText.hasPrefix("−0.1 ± "))
  }

  @Test("find a peak that is inside, and more than chance")
  func peak() {
    let none = [0.0, 0, 0]
    #expect(Peak(of: [1, 3, 2], errors: none).isInside == true)
    #expect(Peak(of: [1, 3, 2], errors: none).index == 1)
    #expect(Peak(of: [1, 2, 3], errors: none).isInside == false)
    #expect(Peak(of: [3, 2, 1], errors: none).isInside == false)
    #expect(Peak(of: [1, 3], errors: [0, 0]).isInside == false)
    #expect(Peak(of: [1, 3, 2], errors: [0.5, 0.5, 0.5]).isInside == nil)
    #expect(Peak(of: [1, 3, 2], errors: [0.3, 0.3, 0.3]).isInside == true)
    #expect(Peak(of: [1, 3, 2], errors: none).insidePart("x").holds == true)
    let shares = [[0.0, 0, 1, 0], [1, 1, 1, 1], [0, 1, 0, 0]].map { TestShare([$0]) }
    #expect(Peak(of: shares).index == 1 && Peak(of: shares).isInside == true)
  }

  @Test("name every place that errors do not tell from the peak")
  func ties() {
    let settings = [0.1, 0.2, 0.3]
    // Two standard errors of the difference: 2 · √2 · 0.4 = 1.13.
    let errors = [0.4, 0.4, 0.4]
    #expect(Peak(of: [1, 3, 2], errors: errors).ties == [1, 2])
    #expect(Peak(of: [1, 3, 2], errors: [0, 0, 0]).ties == [1])
    #expect(Peak(of: [], errors: []).ties == [])
    #expect(Peak(of: [1, 3, 2], errors: [0, 0, 0]).text(of: settings) == "τ = 0.2")
    #expect(
      Peak(of: [1, 3, 2], errors: errors).text(of: settings)
        == "τ = 0.2, from which errors do not tell 0.3")
    #expect(
      Peak(of: [2.5, 3, 2], errors: errors).text(of: settings)
        == "τ = 0.2, from which errors do not tell 0.1 and 0.3")
  }

  @Test("are at a place only if nothing elsewhere may be the peak")
  func place() {
    func part(_ errors: [Double], _ range: ClosedRange<Double>) -> Verdict.Part {
      Peak(of: [1, 3, 2], errors: errors).part(at: range, of: [0.1, 0.2, 0.3], "here")
    }
    let (none, some) = ([0.0, 0, 0], [0.4, 0.4, 0.4])
    #expect(part(none, 0.2...0.2) == Verdict.Part("here best at τ = 0.2", true))
    #expect(part(none, 0.3...0.3) == Verdict.Part("here best at τ = 0.2", false))
    // 0.3 cannot be told from 0.2: the peak is in a range with both, not in one with neither, and else undecided.
    #expect(part(some, 0.2...0.3).holds == true)
    #expect(part(some, 0.1...0.1).holds == false)
    #expect(part(some, 0.2...0.2).holds == nil && part(some, 0.3...0.3).holds == nil)
  }
}
