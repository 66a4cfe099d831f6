import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Tolerance")
struct ToleranceTests: PlainReferenceSuite {
  static let cases = Reference.named("tolerance").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try ContrastiveLosses.Tolerance().valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels")))
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
