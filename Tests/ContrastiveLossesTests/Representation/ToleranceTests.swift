import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Tolerance")
struct ToleranceTests {
  static let cases = Reference.named("tolerance").cases

  @Test("equals the reference in Double", arguments: cases)
  func double(_ reference: Reference.Case) throws { try check(reference, as: Double.self) }

  @Test("equals the reference in Float", arguments: cases)
  func float(_ reference: Reference.Case) throws { try check(reference, as: Float.self) }

  func check<Scalar: EmbeddingScalar>(
    _ reference: Reference.Case, as scalar: Scalar.Type
  ) throws {
    let step = try ContrastiveLosses.Tolerance().valueWithGradient(
      embeddings: try reference.matrix("embeddings", as: scalar),
      labels: try reference.integers("labels"))
    try reference.check(
      loss: step.value, terms: nil, gradients: ["embeddings": step.gradient.embeddings?.doubles])
  }

  @Test("is 1 for equal rows of a label, and ignores rows alone with theirs")
  func closedForms() throws {
    let rows: Matrix<Double> = [[3, 0], [0, 1], [2, 0], [5, 5]]
    let aligned = try ContrastiveLosses.Tolerance().valueWithGradient(
      embeddings: rows, labels: [1, 2, 1, 3])
    #expect(aligned.value == 1)
    #expect(aligned.gradient.embeddings == Matrix(rowCount: 4, columnCount: 2))
    let orthogonal = try ContrastiveLosses.Tolerance().valueWithGradient(
      embeddings: rows, labels: [1, 1, 2, 3], of: [])
    #expect(orthogonal.value == 0)
    #expect(orthogonal.gradient.embeddings == nil)
  }
}
