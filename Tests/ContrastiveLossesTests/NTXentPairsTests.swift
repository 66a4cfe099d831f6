import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NT-Xent over pairs")
struct NTXentPairsTests: LabelledReferenceSuite {
  static let cases = Reference.named("nt-xent-pairs").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> NTXentPairs {
    NTXentPairs(temperature: try reference.temperature)
  }

  @Test("without a repeated label is 0, with zero gradients (optax: NaN)")
  func noPairs() throws {
    let rows = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let step = try NTXentPairs(temperature: 0.1).valueWithGradient(
      embeddings: rows, labels: [3, 1, 4, 7])
    #expect(step.value == 0)
    #expect(step.terms == [])
    #expect(step.gradient.embeddings == Matrix(rowCount: 4, columnCount: 3))
    #expect(step.gradient.temperature == 0)
    #expect(step.diagnostics?.chance == nil)
  }

  @Test("without another label has terms of 0, with zero gradients")
  func noNegatives() throws {
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 3, seed: 1)
    let step = try NTXentPairs(temperature: 0.1).valueWithGradient(
      embeddings: rows, labels: [5, 5, 5])
    #expect(step.value == 0)
    #expect(step.terms == Array(repeating: 0, count: 6))
    #expect(step.gradient.embeddings?.elements.allSatisfy { $0 == 0 } == true)
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
  }

  // log(p + the smallest normal number) saturates at 87.34, with a gradient of exactly 0.
  @Test("does not saturate on hard pairs at τ = 0.01 (pytorch-metric-learning)", arguments: scalars)
  func hardPairs(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // Row 0's positive is all but opposite, its negative all but equal: as the gradient by a row
      // is (n − p)/τ along the sphere, it is 2/τ of the 0.01 that each is off.
      let rows: Matrix<Float> = [[1, 0], [-1, 0.01], [1, -0.01]]
      let labels = [0, 0, 1]
      let plain = PlainLoss.pairs(
        ["embeddings": rows.converted()], labels: labels, temperature: 0.01)
      let step = try NTXentPairs(temperature: 0.01).valueWithGradient(
        embeddings: rows.converted(to: Scalar.self), labels: labels, reduction: .sum)
      #expect(step.terms[0] > 199)
      let gradient = try #require(step.gradient.embeddings).doubles
      // The other term, of row 1 with both at −1, adds half of a tenth of that.
      #expect(abs(abs(gradient[1]) - 2) < 0.6)
      Answer(
        try NTXentPairs(temperature: 0.01).valueWithGradient(
          embeddings: rows.converted(to: Scalar.self), labels: labels)
      ).expectClose(
        to: plain.answer(),
        tolerance: TestSupport.Tolerance(temperature: 0.01, scalar: Scalar.self), "hard pairs")
    }
    try check(scalar)
  }

  @Test("depends on which labels are equal, not on what they are")
  func labels() throws {
    let rows = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 1)
    let loss = NTXentPairs(temperature: 0.1)
    let small = try loss.valueWithGradient(embeddings: rows, labels: [0, 1, 0, 2, 1, 0])
    let odd = try loss.valueWithGradient(
      embeddings: rows, labels: [.max, -7, .max, .min, -7, .max])
    #expect(small.terms == odd.terms)
    #expect(small.gradient.embeddings == odd.gradient.embeddings)
    #expect(small.terms.count == 8)
  }

  @Test("of equal rows is the mean log of the negatives and one", arguments: [0.01, 1])
  func collapsed(temperature: Double) throws {
    let rows = Matrix<Double>(rowCount: 5, columnCount: 2) { _, c in [0.6, -0.3][c] }
    let step = try NTXentPairs(temperature: try Temperature(temperature)).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 0, 1])
    // Six pairs of label 0 against 2 rows, two of label 1 against 3.
    let expected = (6 * log(3.0) + 2 * log(4.0)) / 8
    #expect(abs(step.value - expected) < 1e-14 / temperature)
    expectClose(
      step.diagnostics?.chance, expected, size: 1, tolerance: 1e-15, "chance")
  }
}
