import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("N-pairs")
struct NPairsTests: ReferenceSuite {
  static let cases = Reference.named("n-pairs").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = NPairs(isNormalized: try reference.flag("normalized"))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels"), options: options))
  }

  @Test("is InfoNCE at τ = 1 of the first two rows of every class, in order of the labels")
  func infoNCE() throws {
    let rows = Matrix<Float>.random(rowCount: 9, columnCount: 3, seed: 1)
    let labels = [7, -2, 5, 7, -2, 4, 4, 7, -2]
    let (anchors, positives) = ([1, 5, 0], [4, 6, 3])
    func selecting(_ list: [Int]) -> Matrix<Float> {
      Matrix(rowCount: 3, columnCount: 3) { rows[list[$0], $1] }
    }
    let expected = try InfoNCE(temperature: 1).valueWithGradient(
      queries: selecting(anchors), positives: selecting(positives))
    let step = try NPairs().valueWithGradient(embeddings: rows, labels: labels)
    #expect(step.value == expected.value && step.terms == expected.terms)
    #expect(step.diagnostics == expected.diagnostics)
    let gradient = try #require(step.gradient.embeddings)
    for c in 0..<3 {
      for pair in 0..<3 {
        #expect(gradient[anchors[pair], c] == expected.gradient.queries?[pair, c])
        #expect(gradient[positives[pair], c] == expected.gradient.positives?[pair, c])
      }
      for row in [2, 7, 8] { #expect(gradient[row, c] == 0) }
    }
  }

  @Test("without a pair is 0, with zero gradients")
  func noPairs() throws {
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
    for isNormalized in [true, false] {
      let step = try NPairs(isNormalized: isNormalized).valueWithGradient(
        embeddings: rows, labels: [3, 1, 4])
      #expect(step.value == 0 && step.terms.isEmpty && step.diagnostics != nil)
      #expect(step.gradient.embeddings == Matrix(rowCount: 3, columnCount: 2))
      let terms = try NPairs().perTerm(embeddings: rows, labels: [3, 1, 4])
      #expect(terms.values.isEmpty)
    }
  }

  @Test("has a floor of unit rows, and of rows as they are none", arguments: [true, false])
  func floor(isNormalized: Bool) throws {
    // Two opposite classes.
    let rows = try Matrix<Double>([1, 0, 1, 0, -1, 0, -1, 0], rowCount: 4, columnCount: 2)
    let step = try NPairs(isNormalized: isNormalized).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 1])
    #expect(abs(step.value - log1p(exp(-2))) < 1e-15)
    #expect((step.diagnostics?.floor != nil) == isNormalized)
    if let floor = step.diagnostics?.floor { #expect(abs(step.value - floor) < 1e-15) }
    expectClose(step.diagnostics?.chance, log(2), size: 1, tolerance: 1e-15, "chance")
  }

  // Exponentials relative to 1/2, which does for cosines, would overflow.
  @Test("of long rows as they are is finite", arguments: ComputeOptions.referenceVariants)
  func longRows(_ options: ComputeOptions) throws {
    let rows = Matrix<Float>(rowCount: 8, columnCount: 2) { row, column in
      column == row / 2 % 2 ? 30 + Float(row) : 0
    }
    let step = try NPairs(isNormalized: false).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 1, 2, 2, 3, 3], options: options)
    // Row 0's own key has 30·31, the key of the third pair 30·35.
    #expect(abs(step.terms[0] - 120) < 1e-3)
    #expect(step.gradient.embeddings?.elements.allSatisfy(\.isFinite) == true)
  }

  // Products of 900 are rounded to 6e-5 and more, in another order for a positive than in a tile.
  @Test("of equal rows as they are ranks like chance, however long they are", arguments: scalars)
  func collapsed(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      for seed in 1...8 {
        let row = Matrix<Scalar>.random(rowCount: 1, columnCount: 128, seed: UInt64(seed))
        let rows = Matrix<Scalar>(rowCount: 18, columnCount: 128) { _, c in 3 * row[0, c] }
        let step = try NPairs(isNormalized: false).valueWithGradient(
          embeddings: rows, labels: (0..<18).map { $0 / 2 })
        // Half of 8 others before it: the fifth.
        #expect(step.diagnostics?.top1Accuracy == 0 && step.diagnostics?.top5Accuracy == 1)
      }
    }
    try check(scalar)
  }

  // Rows are refused whose products could leave the scalar's range, and none that are eight times as far from it.
  @Test("refuses rows as they are whose inner products overflow", arguments: scalars)
  func overflow(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let loss = NPairs(isNormalized: false)
      func rows(_ length: Double) -> Matrix<Scalar> {
        Matrix(rowCount: 4, columnCount: 2) { row, column in
          column == row % 2 ? Scalar(row == 2 ? length : 1) : 0
        }
      }
      let root = Double(Scalar.greatestFiniteMagnitude).squareRoot()
      expectRefusal(
        "embeddings: expected rows whose inner products are finite in \(Scalar.self) arithmetic, "
          + "found a longer one in row 2"
      ) {
        _ = try loss.valueWithGradient(embeddings: rows(1.1 * root), labels: [0, 0, 1, 1])
      }
      let step = try loss.valueWithGradient(embeddings: rows(root / 4), labels: [0, 0, 1, 1])
      #expect(step.value.isFinite && step.terms.allSatisfy { $0.isFinite })
      #expect(step.gradient.embeddings?.elements.allSatisfy(\.isFinite) == true)
      // Of unit rows no length is too long.
      #expect(try NPairs().value(embeddings: rows(1.1 * root), labels: [0, 0, 1, 1]).isFinite)
    }
    try check(scalar)
  }
}
