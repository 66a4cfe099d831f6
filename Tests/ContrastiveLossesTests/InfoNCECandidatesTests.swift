import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// What the engine's tests, which compare with plain loops, do not show.
@Suite("InfoNCE's candidates")
struct InfoNCECandidatesTests {
  static let queries = Matrix<Double>.random(rowCount: 9, columnCount: 4, seed: 1)
  static let positives = Matrix<Double>.random(rowCount: 9, columnCount: 4, seed: 2)

  @Test("lose what has the query's id: duplicates count once", arguments: scalars)
  func duplicates(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let loss = InfoNCE(temperature: 0.05)
      let (q, p): (Matrix<Scalar>, Matrix<Scalar>) = (
        Self.queries.converted(), Self.positives.converted()
      )
      // Every pair twice: what is left of a row's candidates is the batch without the copies.
      let order = Array(0..<9) + Array(0..<9)
      let twice = try loss.valueWithGradient(
        queries: Matrix(rowCount: 18, columnCount: 4) { q[order[$0], $1] },
        positives: Matrix(rowCount: 18, columnCount: 4) { p[order[$0], $1] },
        excluding: .equalIDs(order))
      let counted = try loss.valueWithGradient(
        queries: q, positives: p, negatives: .inBatchAndShared(p),
        excluding: .equalIDs(Array(0..<9), negatives: Array(0..<9)))
      let size = Double(Scalar.ulpOfOne) * 20 * 100
      for i in 0..<9 {
        #expect(abs(Double(twice.terms[i] - counted.terms[i])) < size)
        #expect(twice.terms[i] == twice.terms[i + 9])
      }
      expectClose(counted.diagnostics?.chance, log(17), size: 1, tolerance: 1e-14, "chance")
      #expect(counted.diagnostics?.floor == nil)
    }
    try check(scalar)
  }

  @Test("keep the positive, whatever the guide says of it (sentence-transformers lost it)")
  func positiveStays() throws {
    // The guide finds every query opposite to its positive, so that all negatives go.
    let guide = try UnitRows(
      normalizing: Matrix<Double>(rowCount: 9, columnCount: 2) { Double(1 - $1) })
    let opposite = try UnitRows(
      normalizing: Matrix<Double>(rowCount: 9, columnCount: 2) { Double($1 - 1) })
    for temperature in [1e-3, 0.05, 1e3] {
      let step = try InfoNCE(temperature: try Temperature(temperature)).valueWithGradient(
        queries: Self.queries, positives: Self.positives,
        excluding: .moreSimilar(guideQueries: guide, positives: opposite, margin: .absolute(0.5)))
      #expect(step.terms == Array(repeating: 0, count: 9))
      #expect(step.gradient.queries?.elements == Array(repeating: 0, count: 36))
      #expect(step.gradient.positives?.elements == Array(repeating: 0, count: 36))
      #expect(step.gradient.temperature == 0)
      #expect(step.diagnostics?.chance == 0)
    }
  }

  @Test("stay where they are as similar as the positive, to rounding", arguments: scalars)
  func ties(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let batch = Matrix<Scalar>(rowCount: 40, columnCount: 37) { _, c in Scalar(c % 5) - 1.3 }
      let step = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: batch, positives: batch, excluding: .moreSimilar())
      #expect(abs(Double(step.value) - log(40)) < 1e-5)
      let below = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: batch, positives: batch, excluding: .moreSimilar(margin: .absolute(1e-4)))
      #expect(below.value == 0)
    }
    try check(scalar)
  }

  @Test("give a finite slope by τ when some are masked (NaN where logits of −∞ are scaled)")
  func maskedTemperatureSlope() throws {
    let ids = (0..<9).map { $0 % 2 }
    func value(_ temperature: Double) throws -> Double {
      try InfoNCE(temperature: try Temperature(temperature)).value(
        queries: Self.queries, positives: Self.positives, excluding: .equalIDs(ids))
    }
    for temperature in [0.01, 0.07, 0.5] {
      let step = try InfoNCE(temperature: try Temperature(temperature)).valueWithGradient(
        queries: Self.queries, positives: Self.positives, excluding: .equalIDs(ids),
        of: .temperature)
      let h = 1e-5 * temperature
      let difference =
        try (value(temperature + h) - value(temperature - h)) / (2 * h)
      let slope = try #require(step.gradient.temperature)
      // Roundings of losses near 1/τ, divided by the step, and the step's square.
      #expect(abs(slope - difference) < 1e-7 * max(1, abs(slope)) / temperature)
    }
  }

  @Test("give a pullback of the terms")
  func pullback() throws {
    let loss = InfoNCE(temperature: 0.1, batchCandidates: .queriesWithQueries)
    let terms = try loss.perTerm(
      queries: Self.queries, positives: Self.positives, excluding: .equalIDs((0..<9).map { $0 / 2 })
    )
    let gradient = try terms.pullback(Array(repeating: 1.0 / 9, count: 9), of: .queries)
    let step = try loss.valueWithGradient(
      queries: Self.queries, positives: Self.positives, excluding: .equalIDs((0..<9).map { $0 / 2 })
    )
    #expect(gradient.queries == step.gradient.queries)
    #expect(terms.values == step.terms)
  }

  // A larger margin never keeps more: where the positive is opposite too the threshold lies below it, at −0.525 here,
  // and keeps −0.8 and −0.53. (1 − m)·cos would be −0.475, and keep all four.
  @Test(
    "are measured downwards from a positive of any sign",
    arguments: [
      (FalseNegatives<Double>.Margin.relative(0), 1.2443778667217598),
      (.relative(0.05), 0.9125140771543725), (.absolute(0.05), 0.43748795048588573),
    ])
  func marginOfAnOppositePositive(margin: FalseNegatives<Double>.Margin, expected: Double) throws {
    func row(_ cosine: Double) -> [Double] { [cosine, (1 - cosine * cosine).squareRoot()] }
    let step = try InfoNCE(temperature: 0.5).valueWithGradient(
      queries: Matrix<Double>(rows: [[1, 0]]), positives: Matrix(rows: [row(-0.5)]),
      negatives: .shared(try Matrix(rows: [-0.49, -0.8, -0.51, -0.53].map(row))),
      excluding: .moreSimilar(margin: margin))
    #expect(abs(step.value - expected) < 1e-14)
  }
}
