import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NCA")
struct NCATests: ReferenceSuite {
  static let cases = Reference.named("nca").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try NCA(softmaxScale: try reference.number("softmaxScale"))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels"), options: options))
  }

  @Test("of equal rows is its level of chance", arguments: [0.5, 500])
  func collapsed(scale: Double) throws {
    let rows = Matrix<Double>(rowCount: 6, columnCount: 2) { _, c in [0.6, -0.3][c] }
    let step = try NCA(softmaxScale: scale).valueWithGradient(
      embeddings: rows, labels: [0, 0, 0, 1, 1, 2])
    let expected = (3 * log(5.0 / 2) + 2 * log(5)) / 5
    #expect(abs(step.value - expected) < 1e-14 * max(1, scale))
    expectClose(step.diagnostics?.chance, expected, size: 1, tolerance: 1e-15, "chance")
  }

  @Test("without a positive is 0, with zero gradients (pytorch-metric-learning: NaN)")
  func noPositives() throws {
    let rows = Matrix<Float>.random(rowCount: 4, columnCount: 3, seed: 1)
    let step = try NCA().valueWithGradient(embeddings: rows, labels: [3, 1, 4, 7])
    #expect(step.value == 0 && step.terms == [0, 0, 0, 0])
    #expect(step.gradient.embeddings == Matrix(rowCount: 4, columnCount: 3))
    #expect(step.diagnostics?.chance == nil)
  }

  // The positives' share is 1e-174, which Float rounds to 0 and the package then drops.
  @Test("keeps the rows that are worst (pytorch-metric-learning drops them)")
  func worst() throws {
    let rows = try Matrix<Float>([1, 0, -1, 0, 1, 0, 0, 1], rowCount: 4, columnCount: 2)
    let step = try NCA(softmaxScale: 100).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 1])
    // Row 0: its positive at distance 4, a negative at 0 and one at 2.
    #expect(step.terms[0] == 400)
    #expect(step.value >= 100)
  }

  @Test("has zero rows at distance 1 from others, and 0 from each other")
  func zeroRows() throws {
    let rows = try Matrix<Double>(
      [0, 0, 0, 0, 1, 0, 0.6, 0.8], rowCount: 4, columnCount: 2)
    let scale = 1.5
    let step = try NCA(softmaxScale: scale).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 1])
    // Rows 0 and 1 have each other at 0 and two negatives at 1; rows 2 and 3 are at √0.8.
    let zero = log1p(2 * exp(-scale))
    let unit = log1p(2 * exp(-scale) / exp(-0.8 * scale))
    for (term, expected) in zip(step.terms, [zero, zero, unit, unit]) {
      #expect(abs(term - expected) < 1e-14)
    }
    let gradient = try #require(step.gradient.embeddings)
    #expect(gradient.elements[..<4].allSatisfy { $0 == 0 })
  }

  @Test("refuses a scale that is none", arguments: [0, -1, .nan, .infinity] as [Double])
  func scales(_ scale: Double) {
    let error = #expect(throws: ContrastiveError.self) { try NCA(softmaxScale: scale) }
    #expect(error?.description == "softmaxScale: expected a positive finite number, found \(scale)")
    let proxies = #expect(throws: ContrastiveError.self) { try ProxyNCA(softmaxScale: scale) }
    #expect(proxies?.argument == .softmaxScale)
  }
}
