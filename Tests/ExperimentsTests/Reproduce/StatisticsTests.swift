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
    #expect(verdict([3, 2, 1]) == .agrees)
    #expect(verdict([1, 2, 3], rising: true) == .agrees)
    #expect(verdict([1, 2, 3]) == .doesNotAgree)
    #expect(
      verdict([2, 3, 2, 1]) == .agreesInPart("yes: falls from 1 to 3. No: rises from 0 to 1"))
    #expect(
      verdict([2, 1.9, 1])
        == .agreesInPart(
          "yes: falls from 1 to 2. No: too close to tell from 0 to 1"))
    #expect(verdict([2, 1.9]) == .doesNotAgree && verdict([2]) == .doesNotAgree)
    #expect(verdict([2, .nan, 1]) == .doesNotAgree)
  }

  @Test("find a peak that is inside, and more than chance")
  func peak() {
    let none = [0.0, 0, 0]
    #expect(Peak(of: [1, 3, 2], errors: none).isInside)
    #expect(Peak(of: [1, 3, 2], errors: none).index == 1)
    #expect(!Peak(of: [1, 2, 3], errors: none).isInside)
    #expect(!Peak(of: [3, 2, 1], errors: none).isInside)
    #expect(!Peak(of: [1, 3], errors: [0, 0]).isInside)
    #expect(!Peak(of: [1, 3, 2], errors: [0.5, 0.5, 0.5]).isInside)
    #expect(Peak(of: [1, 3, 2], errors: [0.3, 0.3, 0.3]).isInside)
    #expect(!Peak(of: [1, 3, 2], errors: none, margin: 1.5).isInside)
  }

  @Test("name every place that errors do not tell from the peak")
  func ties() {
    let settings = [0.1, 0.2, 0.3]
    // Two standard errors of the difference: 2 · √2 · 0.4 = 1.13.
    let errors = [0.4, 0.4, 0.4]
    #expect(Peak(of: [1, 3, 2], errors: errors).ties == [1, 2])
    #expect(Peak(of: [1, 3, 2], errors: [0, 0, 0]).ties == [1])
    #expect(Peak(of: [], errors: []).ties == [])
    #expect(Peak(of: [1, 3, 2], errors: [0, 0, 0]).text(of: settings, seeds: 3) == "τ = 0.2")
    #expect(
      Peak(of: [1, 3, 2], errors: errors).text(of: settings, seeds: 3)
        == "τ = 0.2 or 0.3, which two standard errors of 3 seeds do not tell apart"
    )
    #expect(
      Peak(of: [2.5, 3, 2], errors: errors).text(of: settings, seeds: 3).hasPrefix(
        "τ = 0.1, 0.2 or 0.3, which"))
  }

  @Test("find a peak in a range, or something there that errors do not tell from it")
  func place() {
    let settings = [0.1, 0.2, 0.3]
    #expect(Peak(of: [1, 3, 2], errors: [0, 0, 0]).isIn(0.2...0.3, of: settings))
    #expect(!Peak(of: [1, 3, 2], errors: [0, 0, 0]).isIn(0.3...0.3, of: settings))
    // Two standard errors of the difference: 2 · √2 · 0.4 = 1.13.
    #expect(Peak(of: [1, 3, 2], errors: [0.4, 0.4, 0.4]).isIn(0.3...0.3, of: settings))
    #expect(!Peak(of: [1, 3, 2], errors: [0.4, 0.4, 0.4]).isIn(0.1...0.1, of: settings))
    #expect(!Peak(of: [], errors: []).isIn(0...1, of: []))
    func part(_ errors: [Double], _ place: Double) -> (phrase: String, holds: Bool) {
      Peak(of: [1, 3, 2], errors: errors)
        .part(at: place...place, named: place.text(digits: 2), of: settings)
    }
    #expect(part([0, 0, 0], 0.2) == ("best at 0.2", true))
    #expect(part([0, 0, 0], 0.3) == ("best at 0.3", false))
    #expect(part([0.4, 0.4, 0.4], 0.3) == ("0.2 is best and cannot be told from 0.3", true))
  }
}
