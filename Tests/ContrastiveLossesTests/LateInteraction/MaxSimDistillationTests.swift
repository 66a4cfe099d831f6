import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Distillation of late interaction")
struct MaxSimDistillationTests: ReferenceSuite {
  static let cases = Reference.named("maxsim-distillation").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let (queries, documents) = (
      try reference.tokens("queries", lengths: "queryLengths", as: scalar),
      try reference.tokens("documents", lengths: "documentLengths", as: scalar)
    )
    let loss = MaxSimDistillation(
      temperature: try reference.temperature,
      teacherTemperature: try (try? reference.number("teacherTemperature")).map {
        try Temperature($0)
      })
    return try reference.padding(
      loss.valueWithGradient(
        queries: queries, documents: documents, teacherScores: reference.matrix("teacherScores"),
        options: options), queries, documents)
  }

  private let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  private let y = Matrix<Double>.random(rowCount: 12, columnCount: 4, seed: 2)

  @Test("of vectors is Hinton's of their cosines, of own candidates and of all")
  func vectors() throws {
    let (queries, documents) = (TokenRows(vectors: x), TokenRows(vectors: y))
    let cosines = try Similarity.cosine.matrix(x, y)
    for width in [2, 12] {
      let teacher = Matrix<Double>.random(rowCount: 6, columnCount: width, seed: 3)
      let own = Matrix<Double>(rowCount: 6, columnCount: width) {
        cosines[$0, width == 12 ? $1 : width * $0 + $1]
      }
      let step = try MaxSimDistillation(temperature: 0.2, teacherTemperature: 0.7)
        .valueWithGradient(queries: queries, documents: documents, teacherScores: teacher)
      let plain = try Distillation(temperature: 0.2, teacherTemperature: 0.7).valueWithGradient(
        studentLogits: own, teacherLogits: teacher)
      expectClose(step.terms, plain.terms, size: 1, tolerance: 1e-14, "terms")
      expectClose(
        step.gradient.logScale, try #require(plain.gradient.logScale), size: 1, tolerance: 1e-13,
        "log s")
    }
  }

  @Test("is 0 of a teacher that scores like the student, up to a constant, and its gradient too")
  func equal() throws {
    let queries = try TokenRows(x, lengths: [2, 1, 3])
    let documents = try TokenRows(y, lengths: [1, 3, 2, 2, 1, 3])
    // Of unit tokens, what a query's own two documents have.
    let (q, d) = (try x.normalized().matrix, try y.normalized().matrix)
    let (ofQueries, ofDocuments) = ([0, 2, 3, 6], [0, 1, 4, 6, 8, 9, 12])
    func cosine(_ token: Int, _ other: Int) -> Double {
      var sum = 0.0
      for column in 0..<4 { sum += q[token, column] * d[other, column] }
      return sum
    }
    func score(_ query: Int, _ document: Int) -> Double {
      var sum = 0.0
      for token in ofQueries[query]..<ofQueries[query + 1] {
        let others = ofDocuments[document]..<ofDocuments[document + 1]
        sum += others.map { cosine(token, $0) }.max() ?? 0
      }
      return sum
    }
    let scores = Matrix<Double>(rowCount: 3, columnCount: 2) { query, place in
      5 * Double(query) + score(query, 2 * query + place)
    }
    for temperature in [0.1, 3] {
      let step = try MaxSimDistillation(temperature: Temperature(temperature)).valueWithGradient(
        queries: queries, documents: documents, teacherScores: scores)
      expectClose(step.terms, [0, 0, 0], size: 1, tolerance: 1e-14, "terms")
      expectClose(
        step.gradient.queries?.elements, Array(repeating: 0, count: 24), size: 1,
        tolerance: 1e-13, "queries")
    }
  }

  @Test("computes a query's own candidates, and nothing of others'")
  func own() throws {
    let queries = TokenRows(vectors: x)
    let teacher = Matrix<Double>.random(rowCount: 6, columnCount: 2, seed: 3)
    let loss = MaxSimDistillation(temperature: 0.3)
    let step = try loss.valueWithGradient(
      queries: queries, documents: TokenRows(vectors: y), teacherScores: teacher)
    for query in 0..<6 {
      let alone = try loss.valueWithGradient(
        queries: TokenRows(vectors: x.rows(query..<query + 1)),
        documents: TokenRows(vectors: y.rows(2 * query..<2 * query + 2)),
        teacherScores: teacher.rows(query..<query + 1))
      expectClose(step.terms[query], alone.value, size: 1, tolerance: 1e-14, "query \(query)")
      expectClose(
        step.gradient.documents?.rows(2 * query..<2 * query + 2).elements,
        try #require(alone.gradient.documents).elements.map { $0 / 6 }, size: 1, tolerance: 1e-14,
        "its documents")
    }
  }

  @Test("says what does not fit")
  func errors() throws {
    let (queries, documents) = (TokenRows(vectors: x), TokenRows(vectors: y))
    let loss = MaxSimDistillation(temperature: 1)
    let scores = Matrix<Double>.random(rowCount: 6, columnCount: 2, seed: 3)
    expectRefusal("documentLengths: expected 18, one for every score of the teacher's, found 12") {
      _ = try loss.value(
        queries: queries, documents: documents,
        teacherScores: Matrix(rowCount: 6, columnCount: 3) { _, _ in 1 })
    }
    expectRefusal("teacherScores: expected 6 rows, one per query, found 5 rows") {
      _ = try loss.value(
        queries: queries, documents: documents, teacherScores: scores.rows(0..<5))
    }
    expectRefusal("teacherScores: row 1 holds a NaN or an infinity; every number must be finite") {
      _ = try loss.value(
        queries: queries, documents: documents, teacherScores: scores.replacing(1, 0, by: .nan))
    }
    expectRefusal("teacherTemperature: expected a positive finite number, found -1.0") {
      let negative: Temperature = -1
      _ = try MaxSimDistillation(temperature: 1, teacherTemperature: negative).value(
        queries: queries, documents: documents, teacherScores: scores)
    }
    let rows = try Temperature(rows: Array(repeating: 1, count: 6))
    expectRefusal(
      "teacherTemperature: expected one: the teacher is what it is, found temperatures of rows"
    ) {
      _ = try MaxSimDistillation(temperature: 1, teacherTemperature: rows).value(
        queries: queries, documents: documents, teacherScores: scores)
    }
  }
}
