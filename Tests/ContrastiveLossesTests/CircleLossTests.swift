import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Circle loss")
struct CircleLossTests: ReferenceSuite {
  static let cases = Reference.named("circle").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try CircleLoss(
      margin: try reference.number("margin"), gamma: try reference.number("gamma"))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels"), options: options))
  }

  @Test("of equal rows is its level of chance")
  func collapsed() throws {
    let rows = Matrix<Double>(rowCount: 6, columnCount: 2) { _, c in [0.6, -0.3][c] }
    let step = try CircleLoss(margin: 0.25, gamma: 8).valueWithGradient(
      embeddings: rows, labels: [0, 0, 0, 1, 1, 2])
    // The row that is alone has no term.
    let shift = 8 * (1 - 2 * 0.25 * 0.25)
    let expected = (3 * log1p(6 * exp(shift)) + 2 * log1p(4 * exp(shift))) / 5
    #expect(abs(step.value - expected) < 1e-14 * expected)
    expectClose(step.diagnostics?.chance, expected, size: expected, tolerance: 1e-15, "chance")
  }

  // At γ = 400 terms are 5e-56: 0 where log(1 + x) is taken of the sum, and then dropped from the mean.
  @Test(
    "of rows at their optimum is its least, and counts them (pytorch-metric-learning: not those of 0)"
  )
  func optimum() throws {
    let rows = try Matrix<Double>([1, 0, 1, 0, 0, 1, 0, 1], rowCount: 4, columnCount: 2)
    for gamma in [1, 80, 400] as [Double] {
      let loss = try CircleLoss(margin: 0.4, gamma: gamma)
      let step = try loss.valueWithGradient(embeddings: rows, labels: [0, 0, 1, 1])
      let expected = log1p(2 * exp(-2 * gamma * 0.16))
      #expect(abs(step.value - expected) <= 1e-12 * expected)
      #expect(step.terms.allSatisfy { abs($0 - expected) <= 1e-12 * expected })
    }
  }

  @Test("takes the weights for constants in the gradient")
  func constantWeights() throws {
    // One positive and one negative: dL/dc₊ = −σ·γ(1 + m − c₊), not the slope of a parabola.
    let rows = try Matrix<Double>(
      [1, 0, 0.8, 0.6, 0.6, -0.8], rowCount: 3, columnCount: 2
    ).normalized()
    let (gamma, margin) = (4.0, 0.25)
    let step = try CircleLoss(margin: margin, gamma: gamma).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1], reduction: .weighted([1, 0, 0]))
    let (positive, negative) = (0.8, 0.6)
    let sum =
      -gamma * (1 + margin - positive) * (positive - 1 + margin)
      + gamma * (negative + margin) * (negative - margin)
    let share = 1 / (1 + exp(-sum))
    let (pull, push) = (
      -share * gamma * (1 + margin - positive), share * gamma * (negative + margin)
    )
    // Unit rows are not normalised again: dL/dx₀ is the sum of the others, weighed.
    let expected = [pull * 0.8 + push * 0.6, pull * 0.6 - push * 0.8]
    let gradient = try #require(step.gradient.embeddings)
    for c in 0..<2 { #expect(abs(gradient[0, c] - expected[c]) < 1e-14) }
  }

  @Test("refuses constants that are none")
  func constants() {
    for value in [0, -1, .nan, .infinity] as [Double] {
      let error = #expect(throws: ContrastiveError.self) { try CircleLoss(gamma: value) }
      #expect(error?.description == "gamma: expected a positive finite number, found \(value)")
    }
    for value in [-0.1, 1.1, .nan] as [Double] {
      let error = #expect(throws: ContrastiveError.self) { try CircleLoss(margin: value) }
      #expect(error?.description == "margin: expected a number from 0 to 1, found \(value)")
    }
  }
}
