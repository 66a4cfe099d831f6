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
    // Whose mean is a rounding above them.
    #expect([0.1, 0.1, 0.1].deviation == 0 && [0.1, 0.1, 0.1].mean > 0.1)
  }

  @Test("know what rises and what falls, strictly")
  func order() {
    #expect([1.0, 2, 3].isRising && ![1.0, 2, 2].isRising && ![1.0, .nan].isRising)
    #expect([3.0, 2].isFalling && ![2.0, 2].isFalling && ![1.0, .nan].isFalling)
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

  @Test("tell which losses still fell over the last tenth of the epochs")
  func lossCourses() {
    func courses(_ last: Double, noise: Double = 0) -> LossCourses {
      // Of ten epochs the tenth is the last tenth.
      LossCourses(
        [-1.0, 0, 1].map { seed in
          (1...9).map { 10 - Double($0) + seed } + [last + seed * (1 + noise)]
        })
    }
    #expect(courses(0.5).isStillFalling && courses(0.5).last == [-0.5, 0.5, 1.5])
    #expect(!courses(1).isStillFalling && !courses(2).isStillFalling)
    #expect(!courses(0.5, noise: 2).isStillFalling)
    #expect(courses(1).losses(ofEpoch: 2) == [7, 8, 9])
    #expect(
      LossCourses.fallingText(at: [0.1, 0.5, 1], [courses(0), courses(1), courses(0)])
        == ". With a loss that still fell over the last tenth of the epochs: at τ = 0.1, at τ = 1")
    #expect(LossCourses.fallingText(at: [1], [courses(1)]).isEmpty)
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
    let contest = ShareComparison(high, with: low).contest("the best trained", with: "pixels")
    #expect(contest.isWon == true)
    #expect(
      contest.sentence.hasPrefix("the best trained has 0.4, better than the 0.3 of pixels (+0.1 ± ")
    )
    #expect(ShareComparison(low, with: high).differenceText.hasPrefix("−0.1 ± "))
  }

  @Test(
    "judge the best of several by an interval for all where it wins, and for all it is beside where it loses"
  )
  func best() {
    let (a, b) = (
      TestShare([[1, 0, 1, 0], [1, 0, 1, 1]]), TestShare([[1, 0, 0, 0], [1, 0, 0, 0]])
    )
    #expect(ShareComparison(best: b, of: 5, with: a, ofRivals: 1) == ShareComparison(b, with: a))
    #expect(
      ShareComparison(best: a, of: 5, with: b, ofRivals: 3)
        == ShareComparison(a, with: b, family: 5))
    #expect(
      ShareComparison(best: b, of: 5, with: a, ofRivals: 3, family: 2)
        == ShareComparison(b, with: a, family: 6))
    #expect(
      ShareComparison(best: a, of: 5, with: b, ofRivals: 3, family: 2)
        == ShareComparison(a, with: b, family: 10)
    )
    #expect(
      ShareComparison(best: a, of: 5, with: b, ofRivals: 3).estimate.halfWidth
        > ShareComparison(best: b, of: 5, with: a, ofRivals: 1).estimate.halfWidth)
  }
}
