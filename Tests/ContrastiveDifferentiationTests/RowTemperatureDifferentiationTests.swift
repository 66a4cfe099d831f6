import Contrastive
import ContrastiveDifferentiation
import Foundation
import TestSupport
import Testing
import _Differentiation

@Suite("Differentiable losses learn the temperature of every row")
struct RowTemperatureDifferentiationTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  private func temperature() throws -> Temperature {
    try Temperature(rows: (0..<x.rowCount).map { 0.1 + 0.05 * Double($0) })
  }

  @Test("CLIP's")
  func clip() throws {
    let loss = CLIP(temperature: try temperature())
    let slope = gradient(at: loss) { 3 * $0(images: x, texts: y) }
    let step = try loss.valueWithGradient(images: x, texts: y)
    let slopes = try #require(step.gradient.byTemperature.logScales)
    #expect(slope.rowLogScales == slopes.map { 3 * $0 })
  }

  @Test("SigLIP's, of one positive and of lists of them")
  func sigLIP() throws {
    let loss = SigLIP(temperature: try temperature(), bias: -1)
    let positives = PairPositives.lists((0..<x.rowCount).map { [$0, ($0 + 1) % 6].sorted() })
    let ofPairs = try loss.valueWithGradient(images: x, texts: y).gradient
    let ofLists = try loss.valueWithGradient(images: x, texts: y, positives: positives).gradient
    for (slope, expected) in [
      (gradient(at: loss) { 3 * $0(images: x, texts: y) }, ofPairs),
      (gradient(at: loss) { 3 * $0(images: x, texts: y, positives: positives) }, ofLists),
    ] {
      let slopes = try #require(expected.byTemperature.logScales)
      #expect(slope.rowLogScales == slopes.map { 3 * $0 } && slopes.contains { $0 != 0 })
      #expect(slope.bias == expected.bias.map { 3 * $0 })
      var moved = loss
      moved.move(by: slope + slope - slope)
      let scales = try #require(moved.temperature.rowScales)
      let before = try #require(loss.temperature.rowScales)
      for row in scales.indices {
        // A logarithm and an exponential, of numbers below 8, are off by a few roundings.
        let expected = log(before[row]) + 3 * slopes[row]
        #expect(abs(log(scales[row]) - expected) < 1e-14)
      }
    }
  }
}
