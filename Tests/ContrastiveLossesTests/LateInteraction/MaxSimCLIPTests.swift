import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("CLIP of late interaction")
struct MaxSimCLIPTests: TokenReferenceSuite {
  static let cases = Reference.named("maxsim-clip").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> MaxSimCLIP {
    MaxSimCLIP(temperature: try reference.temperatureOfScale)
  }

  @Test("has a chance where queries are of one length, which equal embeddings have then alone")
  func chance() throws {
    func step(_ lengths: [Int]) throws -> LossStep<Double, TokenGradient<Double>> {
      let token: Matrix<Double> = [[1, 0]]
      func rows(_ count: Int) -> Matrix<Double> {
        token.rows(at: Array(repeating: 0, count: count))
      }
      return try MaxSimCLIP(temperature: 0.1).valueWithGradient(
        queries: TokenRows(rows(lengths.reduce(0, +)), lengths: lengths),
        documents: TokenRows(rows(2), lengths: [1, 1]))
    }
    let equal = try step([2, 2])
    #expect(abs(equal.value - log(2)) < 1e-15)
    expectClose(equal.diagnostics?.chance, log(2), size: 1, tolerance: 1e-15, "chance")
    let other = try step([1, 3])
    // Logits of a document 10 and 30: terms 20 and 0, and log 2 of each query.
    #expect(abs(other.value - (2 * log(2) + 20) / 4) < 1e-8)
    #expect(other.diagnostics != nil && other.diagnostics?.chance == nil)
  }

  @Test("of one token each is CLIP", arguments: [0.05, 1])
  func oneToken(temperature: Double) throws {
    let x = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 1)
    let y = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 2)
    let step = try MaxSimCLIP(temperature: Temperature(temperature)).valueWithGradient(
      queries: TokenRows(vectors: x), documents: TokenRows(vectors: y))
    let plain = try CLIP(temperature: Temperature(temperature)).valueWithGradient(
      images: x, texts: y)
    expectClose(step.terms, plain.terms, size: 20, tolerance: 1e-14, "terms")
    expectClose(
      step.gradient.queries?.elements, try #require(plain.gradient.images).elements, size: 20,
      tolerance: 1e-13, "queries")
    expectClose(
      step.gradient.documents?.elements, try #require(plain.gradient.texts).elements, size: 20,
      tolerance: 1e-13, "documents")
    expectClose(
      step.gradient.logScale, try #require(plain.gradient.logScale), size: 20, tolerance: 1e-13,
      "log s")
    #expect(step.diagnostics?.top1Accuracy == plain.diagnostics?.top1Accuracy)
    #expect(step.diagnostics?.meanPositiveSimilarity == nil)
  }

  @Test("is the mean of both directions of InfoNCE, one of them of other scores")
  func bothWays() throws {
    let x = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 3)
    let y = Matrix<Double>.random(rowCount: 9, columnCount: 3, seed: 4)
    let (queries, documents) = (
      try TokenRows(x, lengths: [3, 1, 4]), try TokenRows(y, lengths: [2, 5, 2])
    )
    let there = try MaxSimInfoNCE(temperature: 0.5).perTerm(
      queries: queries, documents: documents
    ).values
    let both = try MaxSimCLIP(temperature: 0.5).perTerm(queries: queries, documents: documents)
      .values
    let back = try MaxSimInfoNCE(temperature: 0.5).perTerm(queries: documents, documents: queries)
      .values
    // A document among queries is scored by the queries' tokens, not by its own.
    #expect(zip(both, zip(there, back)).allSatisfy { abs($0 - ($1.0 + $1.1) / 2) > 1e-3 })
  }

  /// As if another pair of the id were not there, but for its own term.
  @Test("leaves out documents and queries of one id", arguments: LossSubject.ofTokens)
  func ids(_ subject: LossSubject) throws {
    let x = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 3)
    let y = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 4)
    let (ofQueries, ofDocuments) = ([1, 3, 2], [2, 3, 1])
    let loss = try #require(subject.tokenLoss(temperature: 0.3))
    let step = try loss.valueWithGradient(
      queries: TokenRows(x, lengths: ofQueries), documents: TokenRows(y, lengths: ofDocuments),
      excluding: .equalIDs(rows: [0, 1, 0], keys: [0, 1, 0]))
    let without = try loss.valueWithGradient(
      queries: TokenRows(x.rows(0..<4), lengths: [1, 3]),
      documents: TokenRows(y.rows(0..<5), lengths: [2, 3]))
    expectClose(step.terms[0], without.terms[0], size: 1, tolerance: 1e-14, "term")
    #expect(abs(step.terms[1] - without.terms[1]) > 1e-3)
    // Chance: log of one other, of two, of one; none both ways, where queries are of several lengths.
    if subject == .maxSimCLIP {
      #expect(step.diagnostics != nil && step.diagnostics?.chance == nil)
    } else {
      expectClose(
        step.diagnostics?.chance, (2 * log(2) + log(3)) / 3, size: 1, tolerance: 1e-14, "chance")
    }
    for (rows, gradient) in [(x, step.gradient.queries), (y, step.gradient.documents)] {
      expectClose(
        gradient?.elements,
        try finiteDifferences(of: rows, step: 0.3 * finiteDifferenceStep) { moved in
          try loss.value(
            queries: TokenRows(rows == x ? moved : x, lengths: ofQueries),
            documents: TokenRows(rows == y ? moved : y, lengths: ofDocuments),
            excluding: .equalIDs(rows: [0, 1, 0], keys: [0, 1, 0]))
        }, size: 10, tolerance: finiteDifferenceTolerance, "gradient")
    }
    // All of one id: nothing to tell apart.
    let none = try loss.valueWithGradient(
      queries: TokenRows(x, lengths: ofQueries), documents: TokenRows(y, lengths: ofDocuments),
      excluding: .equalIDs(rows: [7, 7, 7], keys: [7, 7, 7]))
    #expect(none.value == 0 && none.gradient.queries?.elements.allSatisfy { $0 == 0 } == true)
    expectRefusal("excluding: expected 3, one per key, found 2") {
      _ = try loss.value(
        queries: TokenRows(x, lengths: ofQueries), documents: TokenRows(y, lengths: ofDocuments),
        excluding: .equalIDs(rows: [7, 7, 7], keys: [7, 7]))
    }
  }

  @Test("is log N of equal rows, and 0 of one pair")
  func closedForms() throws {
    let equal = Matrix<Double>(rowCount: 6, columnCount: 3) { _, c in [1, 2, -2][c] }
    let loss = MaxSimCLIP(temperature: 0.1)
    let tokens = try TokenRows(equal, lengths: [2, 2, 2])
    let step = try loss.valueWithGradient(queries: tokens, documents: tokens)
    expectClose(step.value, log(3), size: 20, tolerance: 1e-14, "loss")
    let one = try loss.valueWithGradient(
      queries: TokenRows(equal.rows(0..<2), lengths: [2]),
      documents: TokenRows(equal.rows(0..<3), lengths: [3]))
    #expect(one.value == 0 && one.gradient.documents?.elements.allSatisfy { $0 == 0 } == true)
  }

  @Test("says what does not fit")
  func errors() throws {
    let rows = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let two = try TokenRows(rows, lengths: [2, 3])
    for lengths in [[5], [1, 2, 2]] {
      expectRefusal("documentLengths: expected 2, one document per query, found \(lengths.count)") {
        _ = try MaxSimCLIP(temperature: 1).value(
          queries: two, documents: TokenRows(rows, lengths: lengths))
      }
    }
  }
}
