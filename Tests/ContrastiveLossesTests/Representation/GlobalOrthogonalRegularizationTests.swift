import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Spread-out regularisation")
struct GlobalOrthogonalRegularizationTests: PlainReferenceSuite {
  static let cases = Reference.named("gor").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try GlobalOrthogonalRegularization(
        meanWeight: try reference.number("meanWeight"),
        secondMomentWeight: try reference.number("secondMomentWeight")
      ).valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar), options: options))
  }

  /// One more row than columns takes the Gram matrix, as many the cosines; a zero row adds but pairs of cosine 0.
  @Test("is the same by cosines and by the Gram matrix", arguments: scalars)
  func gram(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let loss = try GlobalOrthogonalRegularization(meanWeight: 2, secondMomentWeight: 3)
      let rows = Matrix<Scalar>.random(rowCount: 5, columnCount: 6, seed: 1)
      let wide = try loss.valueWithGradient(embeddings: rows)
      let narrow = try loss.valueWithGradient(embeddings: rows.columns(0..<4))
      let padded = try loss.valueWithGradient(
        embeddings: Matrix<Scalar>(rowCount: 5, columnCount: 6) { $1 < 4 ? rows[$0, $1] : 0 })
      let tolerance = TestSupport.Tolerance(temperature: 1, scalar: Scalar.self)
      // The width is in the loss, by b/d.
      expectClose(
        Double(narrow.value), Double(padded.value) + 3 * (1 / 6.0 - 1 / 4.0), size: 1,
        tolerance: tolerance.loss, "loss")
      expectClose(
        narrow.gradient.embeddings?.doubles,
        try #require(padded.gradient.embeddings).columns(0..<4).doubles, size: 1,
        tolerance: tolerance.gradient, "gradient")
      #expect(wide.value != padded.value)
    }
    try check(scalar)
  }

  @Test("of equal rows is a + b·(1 − 1/d), of one row 0")
  func closedForms() throws {
    let loss = try GlobalOrthogonalRegularization(meanWeight: 2, secondMomentWeight: 3)
    for count in [2, 3, 9] {
      let equal = Matrix<Double>(rowCount: count, columnCount: 4) { _, c in [1, 2, -2, 4][c] }
      let step = try loss.valueWithGradient(embeddings: equal)
      expectClose(step.value, 2 + 3 * 0.75, size: 5, tolerance: 1e-14, "loss")
      #expect(step.gradient.embeddings?.elements.allSatisfy { abs($0) < 1e-14 } == true)
    }
    let one = try loss.valueWithGradient(embeddings: [[1, 2]] as Matrix<Double>)
    #expect(one.value == 0 && one.gradient.embeddings?.elements == [0, 0])
    // Every axis in both directions: of 56 pairs 8 are opposite.
    let axes = Matrix<Double>(rowCount: 8, columnCount: 4) { row, column in
      row / 2 != column ? 0 : row % 2 == 0 ? 1 : -3
    }
    expectClose(
      try loss.value(embeddings: axes), 2 / 49, size: 1, tolerance: 1e-15, "cross-polytope")
  }

  @Test("says what does not fit")
  func errors() {
    func expect(_ line: String, _ body: () throws -> Void) {
      let error = #expect(throws: ContrastiveError.self, performing: body)
      #expect(error?.description == line)
    }
    let ending = "expected a finite number, 0 or more, found"
    expect("meanWeight: \(ending) -1.0") {
      _ = try GlobalOrthogonalRegularization(meanWeight: -1)
    }
    expect("secondMomentWeight: \(ending) inf") {
      _ = try GlobalOrthogonalRegularization(secondMomentWeight: .infinity)
    }
    expect("embeddings: expected at least one row, found none") {
      _ = try GlobalOrthogonalRegularization().value(
        embeddings: Matrix<Double>(rowCount: 0, columnCount: 2))
    }
  }
}
