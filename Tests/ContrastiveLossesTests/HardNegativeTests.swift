import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("The hard-negative loss")
struct HardNegativeTests: TwoViewReferenceSuite {
  static let cases = Reference.named("hard-negative").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> HardNegative {
    try HardNegative(
      temperature: reference.temperature, positivePrior: reference.number("tauPlus"),
      concentration: reference.number("beta"))
  }

  @Test("without concentration is the debiased loss, and near 0 close to it")
  func noConcentration() throws {
    let a = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let b = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    let debiased = try DebiasedContrastive(temperature: 0.1, positivePrior: 0.1)
      .valueWithGradient(viewA: a, viewB: b)
    func step(
      _ concentration: Double
    ) throws -> LossStep<Double, TwoViewGradient<Double>> {
      try HardNegative(temperature: 0.1, positivePrior: 0.1, concentration: concentration)
        .valueWithGradient(viewA: a, viewB: b)
    }
    #expect(Answer(try step(0)) == Answer(debiased))
    // Two exponents in place of one, and continuous: dL/dβ is at most the logits' range 2/τ = 20,
    // and the gradient's at most that squared.
    Answer(try step(1e-15)).expectClose(
      to: Answer(debiased), tolerance: Tolerance(temperature: 1, scalar: Double.self),
      "β = 1e-15")
  }

  @Test("gradients equal central differences", arguments: [0.5, 2])
  func finiteDifferences(concentration: Double) throws {
    let a = Matrix<Double>.random(rowCount: 3, columnCount: 3, seed: 1)
    let b = Matrix<Double>.random(rowCount: 3, columnCount: 3, seed: 2)
    let loss = try HardNegative(
      temperature: 0.5, positivePrior: 0.05, concentration: concentration)
    let step = try loss.valueWithGradient(viewA: a, viewB: b)
    // Exponents up to 1 + β shorten the scale on which the loss varies.
    let c = (1 + concentration) / 0.5
    for (actual, expected) in [
      (
        step.gradient.viewA,
        try TestSupport.finiteDifferences(of: a, step: finiteDifferenceStep / c) {
          try loss.valueWithGradient(viewA: $0, viewB: b, of: []).value
        }
      ),
      (
        step.gradient.viewB,
        try TestSupport.finiteDifferences(of: b, step: finiteDifferenceStep / c) {
          try loss.valueWithGradient(viewA: a, viewB: $0, of: []).value
        }
      ),
    ] {
      expectClose(
        actual?.elements, expected, size: max(1, step.value) * c,
        tolerance: finiteDifferenceTolerance, "β = \(concentration)")
    }
  }

  @Test("of one sample is 0")
  func oneSample() throws {
    let one = Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 1)
    let step = try HardNegative(temperature: 0.1, positivePrior: 0.1, concentration: 1)
      .valueWithGradient(viewA: one, viewB: one)
    #expect(step.value == 0)
    #expect(step.gradient.viewA?.elements == [0, 0, 0])
    #expect(step.gradient.temperature == 0)
  }

  @Test("refuses a concentration that the scalar cannot hold, and drops one that vanishes in it")
  func extremeConcentrations() throws {
    let a = Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 1)
    let b = Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 2)
    func step(_ concentration: Double) throws -> LossStep<Float, TwoViewGradient<Float>> {
      try HardNegative(temperature: 0.1, positivePrior: 0.1, concentration: concentration)
        .valueWithGradient(viewA: a, viewB: b)
    }
    let error = #expect(throws: ContrastiveError.self) { try step(1e39) }
    #expect(error?.description.hasPrefix("concentration: ") == true)
    #expect(try step(1e-50).value == step(0).value)
    #expect(try step(1e-50).gradient.viewA == step(0).gradient.viewA)
  }
}
