import Contrastive
import ContrastiveDifferentiation
import Foundation
import TestSupport
import Testing
import _Differentiation

@Suite("Layers of a model of one's own")
struct LayerTests {
  let x = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 1)
  let weights = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 2)
  let bias = Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 3)
  let y = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 4)
  let loss = CLIP(temperature: 0.5)

  /// A layer with a bias and an activation, and a loss of what it makes.
  @differentiable(reverse,wrt: (weights, bias))
  func value(_ weights: Matrix<Double>, _ bias: Matrix<Double>) -> Double {
    loss(
      images: Similarity.dot(x, weights).adding(bias: bias).rectified()
        .mapped { $0 * $0 + $0 }, texts: y)
  }

  @Test("have the derivatives that central differences have")
  func centralDifferences() {
    let slopes = gradient(at: weights, bias) { value($0, $1) }
    // At this step the differences' own error is some 1e-10, of slopes of 0.01 to 1.
    let step = 1e-5
    for row in 0..<3 {
      for column in 0..<4 {
        let (up, down) = (
          weights.replacing(row, column, by: weights[row, column] + step),
          weights.replacing(row, column, by: weights[row, column] - step)
        )
        let difference = (value(up, bias) - value(down, bias)) / (2 * step)
        #expect(abs(slopes.0[row, column] - difference) < 1e-8)
      }
      let (up, down) = (
        bias.replacing(0, row, by: bias[0, row] + step),
        bias.replacing(0, row, by: bias[0, row] - step)
      )
      let difference = (value(weights, up) - value(weights, down)) / (2 * step)
      #expect(abs(slopes.1[0, row] - difference) < 1e-8)
    }
    #expect(slopes.1.elements.contains { $0 != 0 })
  }

  @Test("rectify to slope 0 at 0 and below")
  func rectified() {
    let a: Matrix<Double> = [[-1, 0, 2]]
    #expect(a.rectified() == [[0, 0, 2]])
    let pullback = pullback(at: a) { $0.rectified() }
    #expect(pullback([[5, 6, 7]]) == [[0, 0, 7]])
  }

  @Test("refuse a bias of another shape")
  func shapes() {
    #expect(throws: ContrastiveError(.bias, .count(.row, found: 2, expected: .exactly(1)))) {
      try throwingFailures { y.adding(bias: y.rows(0..<2)) }
    }
    #expect(throws: ContrastiveError.self) {
      try throwingFailures {
        gradient(at: bias) { bias in loss(images: x.adding(bias: bias), texts: x) }
      }
    }
  }

  @Test("clamp a temperature, whose slope is 0 outside")
  func clamp() throws {
    let range = 0.0...log(100)
    for (temperature, expected, slope) in [(0.001, 0.01, 0.0), (0.07, 0.07, 2), (3, 1, 0)] {
      let given = try Temperature(temperature)
      let (value, pullback) = valueWithPullback(at: given) { $0.clamped(toLogScale: range) }
      #expect(abs(value.value - expected) < 1e-15)
      #expect(pullback(.init(logScale: 2)).logScale == slope)
    }
    let rows = try Temperature(rows: [0.001, 0.07])
    let (value, pullback) = valueWithPullback(at: rows) { $0.clamped(toLogScale: range) }
    #expect(abs(try #require(value.rowScales)[0] - 100) < 1e-10)
    #expect(pullback(.init(logScale: 0, rowLogScales: [3, 4])).rowLogScales == [0, 4])
  }

  @Test("get zeros of their own shape from a loss that fails, which a pullback may index")
  func failing() {
    let broken = y.replacing(2, 1, by: .nan)
    var seen: Matrix<Double>?
    #expect(throws: ContrastiveError(.texts, row: 2, .notFinite)) {
      try throwingFailures {
        let (_, pullback) = valueWithPullback(at: y) { loss(images: $0, texts: broken) }
        seen = pullback(1)
      }
    }
    #expect(seen == Matrix(rowCount: 5, columnCount: 3))
    #expect(throws: ContrastiveError.self) {
      try throwingFailures {
        gradient(at: weights) { loss(images: Similarity.dot(x, $0), texts: broken) }
      }
    }
  }
}
