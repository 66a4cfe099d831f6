import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("The debiased loss")
struct DebiasedContrastiveTests: TwoViewReferenceSuite {
  static let cases = Reference.named("debiased").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> DebiasedContrastive {
    try DebiasedContrastive(
      temperature: reference.temperature, positivePrior: reference.number("tauPlus"))
  }

  /// One pair at cosine c, two samples: the negatives are orthogonal to both, M = 2.
  private func pair(_ cosine: Double) -> (Matrix<Double>, Matrix<Double>) {
    let sine = (1 - cosine * cosine).squareRoot()
    return (
      [[1, 0, 0, 0], [0, 0, 1, 0]], [[cosine, sine, 0, 0], [0, 0, cosine, sine]]
    )
  }

  @Test("has the corrected sum on one side of the kink, the floor on the other")
  func kink() throws {
    // (2 − 2τ⁺e^(c/τ))/(1 − τ⁺) = 2e^(−1/τ) at c = τ·log((1 − (1 − τ⁺)e^(−1/τ))/τ⁺).
    let (prior, temperature) = (0.2, 0.5)
    let kink = temperature * log((1 - (1 - prior) * exp(-1 / temperature)) / prior)
    let loss = try DebiasedContrastive(
      temperature: try Temperature(temperature), positivePrior: prior)
    for (cosine, isFloored) in [
      (kink - 0.05, false), (kink - 1e-6, false), (kink + 1e-6, true), (kink + 0.05, true),
    ] {
      let (a, b) = pair(cosine)
      let step = try loss.valueWithGradient(
        viewA: try UnitRows(validating: a), viewB: try UnitRows(validating: b))
      let positive = exp(cosine / temperature)
      let sum =
        isFloored
        ? 2 * exp(-1 / temperature) : (2 - 2 * prior * positive) / (1 - prior)
      #expect(abs(step.value - log1p(sum / positive)) < 1e-12)
      let share = sum / (positive + sum)
      // d/dz₊ = −σ, and through the corrected sum −σ·r/(1 − r) more; four terms, four rows' means,
      // each view's row in two of them.
      let slope =
        isFloored
        ? -share : -share * (1 + 2 * prior * positive / ((1 - prior) * sum))
      let gradient = try #require(step.gradient.viewA)
      #expect(abs(gradient[0, 0] - 2 * slope * cosine / (4 * temperature)) < 1e-9)
      #expect((gradient[0, 2] == 0) == isFloored, "negatives get a gradient unless floored")
      // The floor's own derivative by τ is part of the gradient: by central differences.
      let h = finiteDifferenceStep * 0.01
      func value(_ temperature: Double) throws -> Double {
        var other = loss
        other.temperature = try Temperature(temperature)
        return try other.valueWithGradient(
          viewA: try UnitRows(validating: a), viewB: try UnitRows(validating: b)
        ).value
      }
      guard abs(cosine - kink) > 1e-3 else { continue }
      let difference = try (value(temperature + h) - value(temperature - h)) / (2 * h)
      // The step is a hundredth of the best one, so that it stays on its side: rounding is 100×.
      expectClose(
        step.gradient.temperature, difference, size: 1,
        tolerance: 100 * finiteDifferenceTolerance, "by τ")
    }
  }

  @Test("without a prior is NT-Xent", arguments: [0.05, 1])
  func noPrior(temperature: Double) throws {
    let temperature = try Temperature(temperature)
    let a = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let b = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    let debiased = try DebiasedContrastive(temperature: temperature, positivePrior: 0)
      .valueWithGradient(viewA: a, viewB: b)
    let plain = try NTXent(temperature: temperature).valueWithGradient(viewA: a, viewB: b)
    // The same sums, and roundings of ℓ + log 1 besides.
    Answer(debiased).expectClose(
      to: Answer(plain), tolerance: Tolerance(temperature: 1, scalar: Double.self), "no prior")
  }

  @Test("of one sample is 0, and of equal rows log(2N − 1)", arguments: [0.01, 1])
  func closedForms(temperature: Double) throws {
    let loss = try DebiasedContrastive(
      temperature: try Temperature(temperature), positivePrior: 0.3)
    let one = Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 1)
    let single = try loss.valueWithGradient(viewA: one, viewB: one)
    #expect(single.value == 0)
    #expect(single.gradient.viewA?.elements == [0, 0, 0])
    #expect(single.gradient.viewB?.elements == [0, 0, 0])
    let equal = Matrix<Float>(rowCount: 4, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(viewA: equal, viewB: equal)
    #expect(abs(Double(step.value) - log(7)) < max(2e-6, 1e-6 / temperature))
    expectClose(step.diagnostics?.chance, log(7), size: 1, tolerance: 1e-15, "chance")
    #expect(step.diagnostics?.floor == nil)
  }
}
