import Testing

@testable import Experiments

@Suite("Statistics")
struct StatisticsTests {
  @Test("are the mean and its standard error")
  func mean() {
    #expect([1.0, 2, 6].mean == 3)
    // The deviations are 2, 1 and 3: variance 14/2, over three numbers.
    #expect(abs([1.0, 2, 6].standardError - (7.0 / 3).squareRoot()) < 1e-15)
    #expect([5.0].standardError == 0)
  }

  @Test("know what rises and what falls, strictly")
  func order() {
    #expect([1.0, 2, 3].isRising && ![1.0, 2, 2].isRising && ![1.0, .nan].isRising)
    #expect([3.0, 2].isFalling && ![2.0, 2].isFalling && ![1.0, .nan].isFalling)
  }

  @Test("know what falls as far as errors let one tell")
  func trend() {
    // Two standard errors of a difference: 2 · √2 · 0.1 = 0.28.
    let errors = [0.1, 0.1, 0.1]
    #expect([2.0, 2.1, 1.0].isFalling(errors: errors))
    #expect(![2.0, 2.4, 1.0].isFalling(errors: errors))
    #expect(![2.0, 1.9, 1.8].isFalling(errors: errors))
    #expect(![Double]().isFalling(errors: []))
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
}
