import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("InfoNCE of late interaction")
struct MaxSimInfoNCETests: TokenReferenceSuite {
  static let cases = Reference.named("maxsim-info-nce").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> MaxSimInfoNCE {
    MaxSimInfoNCE(temperature: try reference.temperatureOfScale)
  }

  @Test("of one token each is InfoNCE", arguments: [0.05, 1])
  func oneToken(temperature: Double) throws {
    let x = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 1)
    let y = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 2)
    let ones = Array(repeating: 1, count: 7)
    let step = try MaxSimInfoNCE(temperature: Temperature(temperature)).valueWithGradient(
      queries: TokenRows(x, lengths: ones), documents: TokenRows(y, lengths: ones))
    let plain = try InfoNCE(temperature: Temperature(temperature)).valueWithGradient(
      queries: x, positives: y)
    expectClose(step.terms, plain.terms, size: 20, tolerance: 1e-14, "terms")
    expectClose(
      step.gradient.queries?.elements, try #require(plain.gradient.queries).elements, size: 20,
      tolerance: 1e-13, "queries")
    expectClose(
      step.gradient.documents?.elements, try #require(plain.gradient.positives).elements,
      size: 20, tolerance: 1e-13, "documents")
    expectClose(
      step.gradient.logScale, try #require(plain.gradient.logScale), size: 20, tolerance: 1e-13,
      "log s")
    #expect(step.diagnostics?.top1Accuracy == plain.diagnostics?.top1Accuracy)
  }

  @Test("shares the derivative among equal tokens, wherever in a tile", arguments: scalars)
  func ties(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // 37 equal tokens, in places that kernels take in different ways, and one that is a little further off.
      let token = Matrix<Scalar>.random(rowCount: 1, columnCount: 50, seed: 1)
      let query = Matrix<Scalar>.random(rowCount: 1, columnCount: 50, seed: 2)
      let other = Matrix<Scalar>.random(rowCount: 1, columnCount: 50, seed: 3)
      let documents = Matrix<Scalar>(rowCount: 39, columnCount: 50) { row, column in
        row == 38
          ? other[0, column] : token[0, column] - (row == 5 ? 0.05 * query[0, column] : 0)
      }
      let step = try MaxSimInfoNCE(temperature: 0.5).valueWithGradient(
        queries: TokenRows(query, lengths: [1]),
        documents: TokenRows(documents, lengths: [38, 1]))
      let gradient = try #require(step.gradient.documents)
      #expect((0..<50).contains { gradient[0, $0] != 0 })
      for row in 0..<38 where row != 5 {
        #expect((0..<50).allSatisfy { gradient[row, $0] == gradient[0, $0] })
      }
      #expect((0..<50).allSatisfy { gradient[5, $0] == 0 })
      // Each has one in 37 of what one alone would have.
      let alone = try MaxSimInfoNCE(temperature: 0.5).valueWithGradient(
        queries: TokenRows(query, lengths: [1]),
        documents: TokenRows(documents.rows(at: [0, 38]), lengths: [1, 1]))
      let whole = try #require(alone.gradient.documents)
      expectClose(
        (0..<50).map { 37 * Double(gradient[0, $0]) }, (0..<50).map { Double(whole[0, $0]) },
        size: 1, tolerance: TestSupport.Tolerance(temperature: 0.5, scalar: Scalar.self).gradient,
        "share")
    }
    try check(scalar)
  }

  @Test("is log M of equal rows, and of a query without tokens; 0 of one document")
  func closedForms() throws {
    let equal = Matrix<Double>(rowCount: 9, columnCount: 3) { _, c in [1, 2, -2][c] }
    let tokens = try TokenRows(equal, lengths: [4, 2, 3])
    let loss = MaxSimInfoNCE(temperature: 0.1)
    let step = try loss.valueWithGradient(queries: tokens, documents: tokens)
    // Of 40 at the most.
    expectClose(step.value, log(3), size: 40, tolerance: 1e-14, "loss")
    let empty = try loss.valueWithGradient(
      queries: TokenRows(equal.rows(0..<2), lengths: [0, 2, 0]), documents: tokens)
    expectClose(empty.terms[0], log(3), size: 1, tolerance: 1e-15, "no tokens")
    let one = try loss.valueWithGradient(
      queries: TokenRows(equal.rows(0..<2), lengths: [2]),
      documents: TokenRows(equal.rows(0..<3), lengths: [3]))
    #expect(one.value == 0 && one.gradient.documents?.elements.allSatisfy { $0 == 0 } == true)
  }

  @Test("says what does not fit")
  func errors() throws {
    let rows = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    func expect(_ line: String, _ body: () throws -> Void) {
      let error = #expect(throws: ContrastiveError.self, performing: body)
      #expect(error?.description == line)
    }
    expect("rows: expected 4 rows, the sum of lengths, found 5 rows") {
      _ = try TokenRows(rows, lengths: [1, 3])
    }
    expect("lengths: expected a whole number from 0 to 5, found -1 in row 1") {
      _ = try TokenRows(rows, lengths: [5, -1])
    }
    expect("rows: expected a multiple of 2 rows, as many for each length, found 5 rows") {
      _ = try TokenRows(padded: rows, lengths: [1, 2])
    }
    let loss = MaxSimInfoNCE(temperature: 1)
    let two = try TokenRows(rows, lengths: [2, 3])
    expect("documentLengths: expected at least 2, one document per query, found 1") {
      _ = try loss.value(queries: two, documents: TokenRows(rows, lengths: [5]))
    }
    expect("documentLengths: expected a positive whole number, found 0 in row 1") {
      _ = try loss.value(queries: two, documents: TokenRows(rows, lengths: [5, 0]))
    }
    expect("documents: expected 3 columns, as queries, found 2 columns") {
      _ = try loss.value(
        queries: two, documents: TokenRows(rows.columns(0..<2), lengths: [2, 3]))
    }
  }
}
