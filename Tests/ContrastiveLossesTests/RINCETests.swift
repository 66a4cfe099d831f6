import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Robust InfoNCE")
struct RINCETests: PairedReferenceSuite {
  static let cases = Reference.named("rince").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> RINCE {
    try RINCE(
      temperature: try Temperature(try reference.number("temperature")),
      q: try reference.number("q"), lambda: try reference.number("lambda"))
  }

  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  /// (e^(q·a) − e^(q·b))/q differs from a − b by q·(a² − b²)/2 and less; as a difference of exponentials it would have
  /// lost 2⁻⁵²/q.
  @Test("is InfoNCE + log λ as q → 0, with all digits", arguments: [1e-9, 1e-12, 1e-15])
  func limit(q: Double) throws {
    let plain = try InfoNCE(temperature: 0.1).valueWithGradient(queries: Self.x, keys: Self.y)
    let step = try RINCE(temperature: 0.1, q: q, lambda: 0.3).valueWithGradient(
      queries: Self.x, keys: Self.y)
    let tolerance = 1e-14 + 200 * q
    expectClose(
      step.terms, plain.terms.map { $0 + log(0.3) }, size: 10, tolerance: tolerance, "terms")
    expectClose(
      step.gradient.queries?.elements, try #require(plain.gradient.queries).elements, size: 10,
      tolerance: tolerance, "queries")
    expectClose(
      step.gradient.logScale, try #require(plain.gradient.logScale), size: 10,
      tolerance: tolerance, "log s")
  }

  @Test("of equal rows is e^(q/τ)·((λN)^q − 1)/q", arguments: [0.1, 1], [0.05, 1] as [Double])
  func collapsed(q: Double, temperature: Double) throws {
    let equal = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try RINCE(
      temperature: Temperature(temperature), q: q, lambda: 0.02
    ).valueWithGradient(queries: equal, keys: equal)
    let expected = exp(q / temperature) * (pow(0.14, q) - 1) / q
    // Roundings of logits of 1/τ, in the exponent.
    let tolerance = 1e-14 / temperature
    expectClose(step.value, expected, size: abs(expected), tolerance: tolerance, "loss")
    expectClose(
      step.diagnostics?.chance, expected, size: abs(expected), tolerance: tolerance, "chance")
    #expect(step.diagnostics?.floor == nil && step.diagnostics?.floorShare == nil)
  }

  // e^(q·z₊) is less than any number, and e^(q·I) more.
  @Test("of opposite rows at a small τ has the limit's values and gradients")
  func opposite() throws {
    let queries: Matrix<Double> = [[1, 0, 0], [0, 1, 0]]
    let keys: Matrix<Double> = [[-1, 0, 0], [0, 0, 1]]
    let step = try RINCE(temperature: 1e-3, q: 1, lambda: 0.01).valueWithGradient(
      queries: queries, keys: keys)
    // λ·(e⁰ + e⁻¹⁰⁰⁰) and λ·(e⁰ + e⁰) − e⁰, both of logits 0 but for the first positive's.
    expectClose(step.terms, [0.01, -0.98], size: 1, tolerance: 1e-14, "terms")
    // ½·s·λ·k₁, as its own key has no weight, and ½·s·(λ·k₀ + (λ − 1)·k₁).
    expectClose(
      step.gradient.queries?.elements, [0, 0, 5, -5, 0, -495], size: 1000, tolerance: 1e-14,
      "queries")
    // 2·√λ·e^(½·s·½), to the rounding of a cosine, times s.
    let far = try RINCE(temperature: 1e-3, q: 0.5, lambda: 0.01).valueWithGradient(
      queries: [[1, 0], [0, 1]] as Matrix<Double>,
      keys: [[-1, 0], [0.5, 0.75.squareRoot()]] as Matrix<Double>)
    #expect(abs(far.terms[0] / (0.2 * exp(250)) - 1) < 1e-12)
  }

  @Test("of one pair pulls it together")
  func onePair() throws {
    let step = try RINCE(temperature: 0.5, q: 0.5, lambda: 0.25).valueWithGradient(
      queries: [[1, 0]] as Matrix<Double>, keys: [[0, 1]] as Matrix<Double>)
    // At cosine 0: (λ^q − 1)/q, and its slope by the cosine (λ^q − 1)/τ.
    expectClose(step.value, -1, size: 1, tolerance: 1e-15, "loss")
    expectClose(step.gradient.queries?.elements, [0, -1], size: 1, tolerance: 1e-15, "queries")
  }

  @Test("refuses q and λ out of range")
  func errors() {
    for q in [0, -1, 1.5, .nan] as [Double] {
      let error = #expect(throws: ContrastiveError.self) { try RINCE(temperature: 1, q: q) }
      #expect(error?.description == "q: expected a number above 0 and up to 1, found \(q)")
    }
    for lambda in [0, -1, .infinity] as [Double] {
      let error = #expect(throws: ContrastiveError.self) {
        try RINCE(temperature: 1, lambda: lambda)
      }
      #expect(
        error?.description == "lambda: expected a positive finite number, found \(lambda)")
    }
  }
}
