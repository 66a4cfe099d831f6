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

  // e^(q/τ) of 1000 and, in Float, of 100: −∞, ∞ − ∞ and ∞ · 0 otherwise.
  @Test("throws where e^(q/τ) is beyond the scalar, and gives no infinity or NaN")
  func beyond() throws {
    func check<Scalar: EmbeddingScalar>(temperature: Double, as scalar: Scalar.Type) throws {
      let loss = try RINCE(temperature: Temperature(temperature), q: 1, lambda: 0.01)
      let apart: Matrix<Scalar> = [[1, 0], [0, 1]]
      // Each query is nearer to the other's key.
      let crossed: Matrix<Scalar> = [[0.9, 0.44], [1, 0]]
      for keys in [apart, crossed] {
        let error = #expect(throws: ContrastiveError.self) {
          try loss.valueWithGradient(queries: apart, keys: keys)
        }
        #expect(error?.description.hasPrefix("temperature: expected one at which") == true)
        #expect(throws: ContrastiveError.self) {
          try Matryoshka(loss, dimensions: [1, 2]).valueWithGradient(queries: apart, keys: keys)
        }
      }
    }
    try check(temperature: 1e-3, as: Double.self)
    try check(temperature: 0.01, as: Float.self)
    // Terms of −5.8e37: a sum of 8, and a derivative by τ, are beyond Float where these are not.
    let loss = try RINCE(temperature: 0.0115, q: 1, lambda: 0.01)
    let rows = Matrix<Float>(rowCount: 8, columnCount: 8) { $0 == $1 ? 1 : 0 }
    _ = try loss.value(queries: rows, keys: rows)
    #expect(throws: ContrastiveError.self) {
      try loss.value(queries: rows, keys: rows, reduction: .sum)
    }
    #expect(throws: ContrastiveError.self) {
      try loss.valueWithGradient(queries: rows, keys: rows, of: .temperature)
    }
  }

  // e^(q·z₊)·((λΣ)^q − 1 − the negatives' share) is of the size of that share, at λ = 1.
  @Test("keeps the pull on a key that is found", arguments: [1e-6, 1e-3, 0.5])
  func saturated(q: Double) throws {
    let keys: Matrix<Double> = [[1, 0], [-1, 0]]
    let step = try RINCE(temperature: 0.05, q: q, lambda: 1).valueWithGradient(
      queries: [[1, 0], [-1, 0]] as Matrix<Double>, keys: keys, of: .logScale)
    // A·(e^(qI) − 1)/q with A = e^(qs) and I = e^(−2s), by log s.
    let s = 20.0
    let expected = exp(q * s) * s * (q - 2) * exp(-2 * s)
    #expect(abs(try #require(step.gradient.logScale) / expected - 1) < 1e-12)
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
