import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Multi-similarity")
struct MultiSimilarityTests: ReferenceSuite {
  static let cases = Reference.named("multi-similarity").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try MultiSimilarity(
      alpha: try reference.number("alpha"), beta: try reference.number("beta"),
      base: try reference.number("base"))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels"), options: options))
  }

  @Test("of equal rows is its level of chance", arguments: scalars)
  func collapsed(as scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let rows = Matrix<Scalar>(rowCount: 6, columnCount: 2) { _, c in [0.6, -0.3][c] }
      let step = try MultiSimilarity(alpha: 2, beta: 10, base: 0.5).valueWithGradient(
        embeddings: rows, labels: [0, 0, 0, 1, 1, 2])
      func term(_ positives: Double, _ negatives: Double) -> Double {
        log1p(positives * exp(-1)) / 2 + log1p(negatives * exp(5)) / 10
      }
      let expected = (3 * term(2, 3) + 2 * term(1, 4) + term(0, 5)) / 6
      // cos = 1 to an epsilon or two, ten of which are in an exponent.
      let tolerance = 40 * Double(Scalar.ulpOfOne)
      #expect(abs(Double(step.value) - expected) < tolerance)
      expectClose(step.diagnostics?.chance, expected, size: 1, tolerance: 1e-15, "chance")
    }
    try check(scalar)
  }

  // exp(50·(−1 − 0.5)) is 2.7e-33: log(1 + x) of it in `Float` is 0, and so was the loss.
  @Test("keeps the digits of a loss of 1e-33")
  func tiny() throws {
    let rows = try Matrix<Float>([1, 0, -1, 0], rowCount: 2, columnCount: 2)
    let loss = try MultiSimilarity(alpha: 2, beta: 50, base: 0.5)
    let step = try loss.valueWithGradient(embeddings: rows, labels: [0, 1])
    let expected = exp(-75.0) / 50
    #expect(abs(Double(step.value) - expected) < 1e-5 * expected)
  }

  @Test("refuses constants that are none")
  func constants() {
    for value in [0, -1, .nan, .infinity] as [Double] {
      let alpha = #expect(throws: ContrastiveError.self) { try MultiSimilarity(alpha: value) }
      #expect(alpha?.description == "alpha: expected a positive finite number, found \(value)")
      let beta = #expect(throws: ContrastiveError.self) { try MultiSimilarity(beta: value) }
      #expect(beta?.description == "beta: expected a positive finite number, found \(value)")
    }
    let base = #expect(throws: ContrastiveError.self) { try MultiSimilarity(base: .nan) }
    #expect(base?.description == "base: expected a finite number, found nan")
    let large = #expect(throws: ContrastiveError.self) {
      try MultiSimilarity(beta: 1e30).value(
        embeddings: Matrix<Float>(rowCount: 2, columnCount: 2) { _, _ in 1 }, labels: [0, 1])
    }
    #expect(large?.argument == .beta)
  }
}
