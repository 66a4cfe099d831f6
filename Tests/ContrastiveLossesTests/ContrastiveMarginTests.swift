import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Contrastive loss of pairs")
struct ContrastiveMarginTests: ReferenceSuite {
  static let cases = Reference.named("contrastive").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = ContrastiveMargin(
      distance: try reference.text("distance") == "cosine" ? .cosine : .euclidean,
      positiveMargin: try reference.number("posMargin"),
      negativeMargin: try reference.number("negMargin"),
      isNormalized: try reference.flag("normalized"))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        labels: try reference.integers("labels"), options: options))
  }

  /// Two classes of two rows of one direction and length each, a and b apart.
  private func pairs<Scalar: EmbeddingScalar>(_ a: Scalar, _ b: Scalar) -> Matrix<Scalar> {
    Matrix(rowCount: 4, columnCount: 2) { row, column in
      column == 1 ? (row < 2 ? 0 : 1) : row % 2 == 0 ? 0 : row < 2 ? a : b
    }
  }

  @Test("of equal rows is the negatives' margin, squared where hinges are", arguments: scalars)
  func collapsed(as scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let rows = Matrix<Scalar>(rowCount: 5, columnCount: 3) { _, c in [0.5, -2, 1][c] }
      for isSquared in [false, true] {
        let step = try ContrastiveMargin(negativeMargin: 0.75, isSquared: isSquared)
          .valueWithGradient(embeddings: rows, labels: [0, 0, 1, 1, 1])
        #expect(abs(Double(step.value) - (isSquared ? 0.5625 : 0.75)) < 4 * Double(Scalar.ulpOfOne))
        #expect(step.gradient.embeddings?.elements.allSatisfy { $0 == 0 } == true)
        #expect(step.diagnostics?.meanPositiveSimilarity.map { abs($0 - 1) < 1e-6 } == true)
        #expect(step.diagnostics?.meanNegativeSimilarity.map { abs($0 - 1) < 1e-6 } == true)
      }
    }
    try check(scalar)
  }

  @Test("averages each kind over its own pairs above 0")
  func means() throws {
    // Positives at 0.5 and 0.1 from each other, of which the margin 0.2 leaves the first.
    let rows = pairs(0.5, 0.1)
    let loss = ContrastiveMargin(positiveMargin: 0.2, negativeMargin: 1.05, isNormalized: false)
    let step = try loss.valueWithGradient(embeddings: rows, labels: [0, 0, 1, 1])
    // Negatives: √1, √(1 + 0.1²), √(1 + 0.5²), √(1 + 0.4²) apart; the first two are inside.
    let expected = 0.3 + ((1.05 - 1) + (1.05 - 1.01.squareRoot())) / 2
    #expect(abs(step.value - expected) < 1e-14)
    #expect(abs(step.terms.reduce(0, +) / 4 - step.value) < 1e-14)
    let none = try ContrastiveMargin(positiveMargin: 1, negativeMargin: 0.5, isNormalized: false)
      .valueWithGradient(embeddings: rows, labels: [0, 0, 1, 1])
    #expect(none.value == 0 && none.gradient.embeddings == Matrix(rowCount: 4, columnCount: 2))
  }

  // By ‖x‖² + ‖y‖² − 2x·y the distance would be 0 or 3e-4.
  @Test("keeps the digits of close rows in Float", arguments: [1e-4, 1e-6] as [Float])
  func close(gap: Float) throws {
    let loss = ContrastiveMargin(negativeMargin: 0.5)
    let rows = Matrix<Float>(rowCount: 3, columnCount: 2) { row, column in
      column == 0 ? (row == 2 ? -1 : 1) : row == 1 ? gap : 0
    }
    let alike = try loss.valueWithGradient(embeddings: rows, labels: [0, 0, 1])
    #expect(abs(alike.value - gap) < 1e-6 * gap)
    #expect(try abs(#require(alike.gradient.embeddings)[1, 1] - 1) < 1e-5)
    let apart = try loss.valueWithGradient(embeddings: rows, labels: [0, 1, 1])
    // Rows 1 and 2, of one label, are as far apart as can be.
    #expect(abs(apart.value - (2 + 0.5 - gap)) < 1e-6)
  }

  // ‖x‖² + ‖y‖² − 2x·y of equal rows may be a rounding of 1, which is more than a small margin's square.
  @Test("of equal negatives is a margin far below rounding", arguments: [1e-4, 1e-6])
  func smallMargin(margin: Double) throws {
    let row = Matrix<Float>.random(rowCount: 1, columnCount: 37, seed: 4)
    let rows = Matrix<Float>(rowCount: 6, columnCount: 37) { row[0, $1] }
    let value = try ContrastiveMargin(negativeMargin: margin).value(
      embeddings: rows, labels: Array(0..<6))
    #expect(abs(Double(value) - margin) < 1e-6 * margin)
    let long = try ContrastiveMargin(negativeMargin: 1, isNormalized: false).value(
      embeddings: rows.map { $0 * 1e4 }, labels: Array(0..<6))
    #expect(long == 1)
  }

  @Test("squares hinges as Hadsell does, but for means and the half of them")
  func hadsell() throws {
    let rows = Matrix<Double>.random(rowCount: 7, columnCount: 3, seed: 4)
    let labels = [0, 1, 0, 1, 2, 2, 0]
    let loss = ContrastiveMargin(negativeMargin: 3, isNormalized: false, isSquared: true)
    var (alike, apart): ([Double], [Double]) = ([], [])
    for i in 0..<7 {
      for j in 0..<i {
        let square = (0..<3).reduce(0) {
          $0 + (rows[i, $1] - rows[j, $1]) * (rows[i, $1] - rows[j, $1])
        }
        if labels[i] == labels[j] {
          alike.append(square / 2)
        } else {
          apart.append(max(0, 3 - square.squareRoot()) * max(0, 3 - square.squareRoot()) / 2)
        }
      }
    }
    let active = apart.filter { $0 > 0 }
    let expected =
      2 * alike.reduce(0, +) / Double(alike.count) + 2 * apart.reduce(0, +) / Double(active.count)
    #expect(try abs(loss.value(embeddings: rows, labels: labels) - expected) < 1e-13 * expected)
  }

  @Test("refuses margins that are none, and rows too long for their distances")
  func errors() throws {
    let rows = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    for margin in [-0.5, .nan, .infinity] as [Double] {
      let positive = #expect(throws: ContrastiveError.self) {
        try ContrastiveMargin(positiveMargin: margin).value(embeddings: rows, labels: [0, 0, 1])
      }
      #expect(positive?.argument == .positiveMargin)
      let negative = #expect(throws: ContrastiveError.self) {
        try ContrastiveMargin(negativeMargin: margin).value(embeddings: rows, labels: [0, 0, 1])
      }
      #expect(negative?.argument == .negativeMargin)
    }
    // A cosine may be below 0.
    _ = try ContrastiveMargin(distance: .cosine, positiveMargin: 0.5, negativeMargin: -0.5).value(
      embeddings: rows, labels: [0, 0, 1])
    let long = Matrix<Float>(rowCount: 3, columnCount: 2) { row, _ in row == 1 ? 1e19 : 1 }
    let error = #expect(throws: ContrastiveError.self) {
      try ContrastiveMargin(isNormalized: false).value(embeddings: long, labels: [0, 0, 1])
    }
    #expect(error?.argument == .embeddings && error?.row == 1)
  }
}
