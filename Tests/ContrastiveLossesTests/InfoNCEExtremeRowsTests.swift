import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("InfoNCE on extreme rows")
struct InfoNCEExtremeRowsTests {
  static let loss = InfoNCE(temperature: 0.1)

  @Test("gives a zero row cosine 0 and gradient 0 (info-nce-pytorch: 1e12)")
  func zeroRows() throws {
    let random = Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 1)
    let zeroed = Matrix<Float>(rowCount: 5, columnCount: 3) { $0 == 2 ? 0 : random[$0, $1] }
    let step = try Self.loss.valueWithGradient(
      queries: zeroed, positives: random, negatives: .inBatchAndShared(zeroed))
    // Its candidates are the batch's five and the five negatives, all at cosine 0.
    #expect(abs(step.terms[2] - Float(log(10.0))) < 1e-6)
    let gradient = try #require(step.gradient.queries)
    #expect(gradient.rows(2..<3).elements == [0, 0, 0])
    #expect(step.gradient.negatives?.rows(2..<3).elements == [0, 0, 0])
    #expect(gradient.isFinite && gradient != Matrix(rowCount: 5, columnCount: 3))
  }

  @Test("does not depend on lengths from 1e-30 to 1e30", arguments: [1e-30, 1e-20, 1e20, 1e30])
  func lengths(_ length: Float) throws {
    // A power of two, so that directions are the same to the bit.
    let factor = exp2(log2(length).rounded())
    let (q, k) = (
      Matrix<Float>.random(rowCount: 6, columnCount: 5, seed: 3),
      Matrix<Float>.random(rowCount: 6, columnCount: 5, seed: 4)
    )
    let scaled = Matrix<Float>(rowCount: 6, columnCount: 5) { q[$0, $1] * factor }
    let expected = try Self.loss.valueWithGradient(queries: q, positives: k)
    let step = try Self.loss.valueWithGradient(queries: scaled, positives: k)
    // Unit rows may differ by the roundings of a norm; slopes are ‖x‖⁻¹ times as large.
    #expect(abs(step.value - expected.value) <= 1e-5 * expected.value)
    let (actual, reference) = (
      try #require(step.gradient.queries).doubles, try #require(expected.gradient.queries).doubles
    )
    let largest = reference.reduce(0) { max($0, abs($1)) }
    expectClose(
      actual.map { $0 * Double(factor) }, reference, size: largest, tolerance: 1e-5, "\(length)")
  }

  @Test("takes rows of subnormal length for ones without a direction of their own")
  func subnormal() throws {
    let q = Matrix<Float>.random(rowCount: 3, columnCount: 4, seed: 5)
    let tiny = Matrix<Float>(rowCount: 3, columnCount: 4) { r, c in
      r == 1 ? (c == 0 ? .leastNonzeroMagnitude : 0) : q[r, c]
    }
    let step = try Self.loss.valueWithGradient(queries: tiny, positives: q)
    #expect(step.value.isFinite)
    #expect(step.gradient.queries?.rows(1..<2).elements == [0, 0, 0, 0])
    #expect(step.gradient.positives?.isFinite == true)
  }

  @Test("keeps loss and gradients of separated pairs at full relative precision")
  func separated() throws {
    // q₀ = k₀ = e₁ and the negatives near −e₁: ℓ − z₊ is about −2/τ = −28.6, the loss 4e-13.
    let angles = [0.1, 0.25, -0.2]
    let q: Matrix<Double> = [[1, 0]]
    let negatives = Matrix<Double>(rowCount: 3, columnCount: 2) { r, c in
      c == 0 ? -cos(angles[r]) : sin(angles[r])
    }
    let temperature = 0.07
    let step = try InfoNCE(temperature: 0.07).valueWithGradient(
      queries: q, positives: q, negatives: .shared(negatives))
    let masses = angles.map { exp((-cos($0) - 1) / temperature) }
    let sum = masses.reduce(0, +)
    #expect(abs(step.value / log1p(sum) - 1) < 1e-13)
    // By the angle of q: −dℓ/dθ·σ; the second column, as e₁ has no other tangent.
    let slope =
      zip(masses, angles).reduce(0) { $0 + $1.0 * sin($1.1) } / (temperature * (1 + sum))
    let gradient = try #require(step.gradient.queries)
    #expect(abs(gradient[0, 1] / slope - 1) < 1e-12)
    let byTemperature =
      zip(masses, angles).reduce(0) { $0 + $1.0 * (cos($1.1) + 1) }
      / (temperature * temperature * (1 + sum))
    #expect(abs(try #require(step.gradient.temperature) / byTemperature - 1) < 1e-12)
    // The same in Float, to Float's precision of the logits, 1/τ roundings of 6e-8.
    let float = try InfoNCE(temperature: 0.07).valueWithGradient(
      queries: q.converted(to: Float.self), positives: q.converted(),
      negatives: .shared(negatives.converted()))
    #expect(abs(Double(float.value) / log1p(sum) - 1) < 1e-5)
    #expect(abs(Double(try #require(float.gradient.queries)[0, 1]) / slope - 1) < 1e-5)
  }

  // As far below half of s as exponents go: −(1.25² + ½)·s, at the largest s that is not below a row's maximum.
  @Test("of opposite unit rows of length 1.25 is log N", arguments: [0.0025, 0.0029, 0.003])
  func longOpposites(temperature: Double) throws {
    let queries = try UnitRows(
      validating: [[1.25, 0], [1.25, 0]] as Matrix<Double>, tolerance: 0.25)
    let keys = try UnitRows(
      validating: [[-1.25, 0], [-1.25, 0]] as Matrix<Double>, tolerance: 0.25)
    let value = try InfoNCE(temperature: try Temperature(temperature)).value(
      queries: queries, positives: keys)
    // Roundings of logits of 625.
    #expect(abs(value - log(2)) < 1e-12)
  }
}
