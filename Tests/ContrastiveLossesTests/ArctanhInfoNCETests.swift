import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Tile edges and strategies of mapped logits are those of losses of one's own: see `CustomForm`.
@Suite("InfoNCE of log-odds")
struct ArctanhInfoNCETests: PairedReferenceSuite {
  static let cases = Reference.named("info-nce-arctanh").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> ArctanhInfoNCE { ArctanhInfoNCE() }

  @Test("has the gradient of its differences", arguments: 0..<50 as Range<UInt64>)
  func differences(seed: UInt64) throws {
    let x = Matrix<Double>.random(rowCount: 5, columnCount: 6, seed: 2 * seed)
    let y = Matrix<Double>.random(rowCount: 5, columnCount: 6, seed: 2 * seed + 1)
    let step = try ArctanhInfoNCE().valueWithGradient(queries: x, keys: y)
    // Logits' slopes 2/(1 − c²) are the 1/τ of these losses.
    let (a, b) = (try x.normalized().matrix, try y.normalized().matrix)
    let sharpness = (0..<25).reduce(2.0) { largest, pair in
      let cosine = (0..<6).reduce(0) { $0 + a[pair / 5, $1] * b[pair % 5, $1] }
      return max(largest, 2 / (1 - cosine * cosine))
    }
    let h = finiteDifferenceStep / sharpness
    let size = sharpness * max(1, step.value)
    expectClose(
      step.gradient.queries?.elements,
      try finiteDifferences(of: x, step: h) { try ArctanhInfoNCE().value(queries: $0, keys: y) },
      size: size, tolerance: finiteDifferenceTolerance, "queries")
    expectClose(
      step.gradient.keys?.elements,
      try finiteDifferences(of: y, step: h) { try ArctanhInfoNCE().value(queries: x, keys: $0) },
      size: size, tolerance: finiteDifferenceTolerance, "keys")
  }

  @Test("of two pairs is the log-odds' softplus, and has no temperature, chance or floor")
  func closedForms() throws {
    // Cosines of 0.8 to the own key and 0 to the other: log-odds of log 9 and 0.
    let queries: Matrix<Double> = [[1, 0, 0], [0, 1, 0]]
    let keys: Matrix<Double> = [[0.8, 0, 0.6], [0, 0.8, 0.6]]
    let step = try ArctanhInfoNCE().valueWithGradient(queries: queries, keys: keys)
    expectClose(step.value, log(10 / 9), size: 1, tolerance: 1e-14, "loss")
    #expect(step.gradient.temperature == nil && step.gradient.logScale == nil)
    let diagnostics = try #require(step.diagnostics)
    #expect(diagnostics.chance == nil && diagnostics.floor == nil)
    #expect(diagnostics.meanPositiveSimilarity == nil && diagnostics.top1Accuracy == 1)
    let one = try ArctanhInfoNCE().valueWithGradient(
      queries: queries.rows(0..<1), keys: keys.rows(0..<1))
    #expect(one.value == 0 && one.gradient.queries?.elements == [0, 0, 0])
  }
}
