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
    // Seeds that differ alike at every setting leave no error of a step; these leave 4.3 · 0.1/√3 = 0.25.
    func verdict(_ means: [Double], rising: Bool = false) -> Verdict {
      let seeds = means.enumerated().map { place, mean in
        [-0.1, 0, 0.1].map { mean + (place.isMultiple(of: 2) ? $0 : 0) }
      }
      return Verdict(
        parts: Trend(ofSeeds: seeds, rising: rising).parts(
          settings: means.indices.map { "\($0)" }, expected: rising ? "rises" : "falls",
          opposite: rising ? "falls" : "rises"))
    }
    #expect(
      verdict([3, 2, 1]).text == "agrees: −1 ± 0.25, −1 ± 0.25: falls at each step of 0, 1, 2")
    #expect(verdict([1, 2, 3], rising: true).kind == .agrees)
    #expect(verdict([1, 2, 3]).kind == .doesNotAgree)
    #expect(
      verdict([2, 3, 2, 1])
        == .agreesInPart(
          "does not hold: +1 ± 0.25: rises from 0 to 1.\n"
            + "Holds: −1 ± 0.25, −1 ± 0.25: falls at each step of 1, 2, 3"))
    #expect(
      verdict([2, 1.9, 1])
        == .agreesInPart(
          "not told: −0.1 ± 0.25: from 0 to 1.\nHolds: −0.9 ± 0.25: falls from 1 to 2"))
    #expect(verdict([2, 1.9]).kind == .undecided && verdict([2]).kind == .notTested)
    #expect(verdict([2, .nan, 1]).kind == .undecided)
    // Of one seed no error is known, and nothing is told.
    let one = Trend(ofSeeds: [[3], [2]], rising: false)
      .parts(settings: ["a", "b"], expected: "falls", opposite: "rises")
    #expect(
      one == [Verdict.Part("−1 of one seed, whose error is not known: from a to b", nil)])
  }

  @Test("have intervals by Student's t, of the degrees of freedom of all that varies")
  func intervals() throws {
    typealias ErrorPart = Estimate.ErrorPart
    let (a, b) = ([1.0, 2, 6], [1.0, 1, 1, 2])
    // Three numbers have two degrees of freedom: t = 4.3027, printed in every table.
    let mean = Estimate(meanOf: a)
    #expect(mean.value == 3 && abs(mean.halfWidth / (7.0 / 3).squareRoot() - 4.30265) < 1e-4)
    // e² = 7/3 of 2 degrees and 1/16 of 3: (2.3958)²/((7/3)²/2 + (1/16)²/3) = 2.1, of which 2 are taken.
    let parts = [ErrorPart(ofMean: a), ErrorPart(ofMean: b)].compactMap(\.self)
    let both = Estimate(0, errorParts: parts)
    #expect(abs(both.halfWidth / (7.0 / 3 + 1.0 / 16).squareRoot() - 4.30265) < 1e-4)
    // Equal parts of 2 degrees each have 4: t = 2.7764.
    let equal = Estimate(0, errorParts: [parts[0], parts[0]])
    #expect(abs(equal.halfWidth / (14.0 / 3).squareRoot() - 2.77645) < 1e-4)
    // Of five that are picked from, 1 %: t of 2 degrees is 9.9248.
    let picked = Estimate(0, errorParts: [parts[0]], family: 5)
    #expect(abs(picked.halfWidth / (7.0 / 3).squareRoot() - 9.92484) < 1e-4)
    #expect(ErrorPart(ofMean: [5]) == nil && Estimate(5, errorParts: []).knownHalfWidth == nil)
    #expect(Estimate([1, 2], less: [0, 1]) == Estimate(value: 1, halfWidth: 0))
    #expect(mean.isPositive == nil && Estimate(value: -2, halfWidth: 1).isPositive == false)
  }

  @Test("compare shares of the same items, item by item and seed by seed")
  func shares() {
    // Three seeds on four items: one that all get right, one that none does, and two in between.
    let a = TestShare([[1, 0, 1, 0], [1, 0, 1, 1], [1, 0, 0, 1]])
    #expect(a.seeds == [0.5, 0.75, 0.5] && a.items.map { ($0 * 3).rounded() } == [3, 0, 2, 2])
    #expect(abs(a.mean - 7.0 / 12) < 1e-15)
    let b = TestShare([[1, 0, 0, 0]])
    let comparison = ShareComparison(a, with: b)
    #expect(abs(comparison.difference - 1.0 / 3) < 1e-15)
    // Over items 0, 0, 2/3 and 2/3, whose variance is 4/27, of which a fourth, of 3 degrees; over seeds 1/48 of three, of
    // 2: (1/27 + 1/144)²/((1/27)²/3 + (1/144)²/2) = 4.01, and t of 4 degrees is 2.7764.
    #expect(
      abs(comparison.estimate.halfWidth - 2.77645 * (1.0 / 27 + 1.0 / 144).squareRoot()) < 1e-4)
    #expect(comparison.isLarger == nil && comparison.words == "not to be told from")
    #expect(ShareComparison(a, with: a).difference == 0)
    // Seeds that differ among themselves and not between the two leave no error.
    let (seeds, higher) = ([[0.1, 0.5], [0.3, 0.7]], [[0.2, 0.6], [0.4, 0.8]])
    #expect(ShareComparison(TestShare(higher), with: TestShare(seeds)).isLarger == true)
    // What differs everywhere by the same has no error of items.
    let (low, high) = (TestShare([[0.1, 0.5]]), TestShare([[0.2, 0.6]]))
    #expect(ShareComparison(high, with: low).isLarger == true)
    #expect(ShareComparison(low, with: high).isLarger == false)
    let part = ShareComparison(high, with: low).part("a is", betterThan: "b")
    #expect(
      part.phrase.hasPrefix("+0.1 ± ")
        && part.phrase.hasSuffix(" (0.4 beside 0.3): a is better than b")
    )
    #expect(ShareComparison(low, with: high).differenceText.hasPrefix("−0.1 ± "))
  }

  @Test(
    "judge the best of several by its own interval where it loses, by one for all where it wins")
  func best() {
    let (a, b) = (
      TestShare([[1, 0, 1, 0], [1, 0, 1, 1]]), TestShare([[1, 0, 0, 0], [1, 0, 0, 0]])
    )
    #expect(ShareComparison(best: b, of: 5, with: a) == ShareComparison(b, with: a))
    #expect(ShareComparison(best: a, of: 5, with: b) == ShareComparison(a, with: b, family: 5))
    #expect(
      ShareComparison(best: a, of: 5, with: b).estimate.halfWidth
        > ShareComparison(best: b, of: 5, with: a).estimate.halfWidth)
  }

  /// A peak of means whose leads are off by as much everywhere.
  private static func peak(_ means: [Double], off error: Double) -> Peak {
    Peak(of: means) { Estimate(value: means[$0] - means[$1], halfWidth: error) }
  }

  @Test("find a peak that is inside, and more than chance")
  func peak() {
    func inside(_ means: [Double], off error: Double = 0) -> [Bool?] {
      Self.peak(means, off: error).insideParts(of: means.indices.map { Double($0) }, "x")
        .map(\.holds)
    }
    #expect(Self.peak([1, 3, 2], off: 0).index == 1)
    #expect(inside([1, 3, 2]) == [true, true])
    #expect(inside([1, 2, 3]) == [true, false] && inside([3, 2, 1]) == [false, true])
    #expect(inside([1, 3]) == [true, false])
    #expect(inside([1, 3, 2], off: 1.1) == [true, nil])
    let shares = [[0.0, 0, 1, 0], [1, 1, 1, 1], [0, 1, 0, 0]].map { TestShare([$0]) }
    #expect(Peak(of: shares).index == 1)
    #expect(
      Self.peak([1, 3, 2], off: 1.1).insideParts(of: [0.1, 0.2, 0.3], "here").map(\.phrase) == [
        "+2 ± 1.1: here better at τ = 0.2 than at τ = 0.1",
        "+1 ± 1.1: here better at τ = 0.2 than at τ = 0.3",
      ])
  }

  @Test("name every place that errors do not tell from the peak")
  func ties() {
    let settings = [0.1, 0.2, 0.3]
    #expect(Self.peak([1, 3, 2], off: 1.1).ties == [1, 2])
    #expect(Self.peak([1, 3, 2], off: 0).ties == [1])
    #expect(Self.peak([], off: 0).ties == [])
    #expect(Self.peak([1, 3, 2], off: 0).text(of: settings) == "τ = 0.2")
    #expect(
      Self.peak([1, 3, 2], off: 1.1).text(of: settings)
        == "τ = 0.2, from which errors do not tell 0.3")
    #expect(
      Self.peak([2.5, 3, 2], off: 1.1).text(of: settings)
        == "τ = 0.2, from which errors do not tell 0.1 and 0.3")
    // With 95 % for both others at once: t of 2 degrees at 97.5 % is 6.2054, times 0.1/√3 is 0.36.
    let seeds = [[1.0, 1, 1], [1.4, 1.5, 1.6], [1.15, 1.15, 1.15]]
    #expect(abs(Peak(ofSeeds: seeds).leads[2].halfWidth - 6.20535 * 0.1 / 3.0.squareRoot()) < 1e-4)
    #expect(Peak(ofSeeds: seeds).ties == [1, 2])
  }
}
