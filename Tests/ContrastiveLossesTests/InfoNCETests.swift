import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("InfoNCE")
struct InfoNCETests {
  @Test("reproduces the article's 1024 candidates in every strategy")
  func article() throws {
    let q: Matrix<Double> = [[1, 0]]
    let orthogonal = Matrix<Double>(rowCount: 1023, columnCount: 2) { [0, 1][$1] }
    let opposite = Matrix<Double>(rowCount: 1023, columnCount: 2) { [-1, 0][$1] }
    for strategy in ComputeOptions.Strategy.allCases {
      func loss(_ negatives: Matrix<Double>, temperature: Temperature) throws -> Double {
        try InfoNCE(temperature: temperature).valueWithGradient(
          queries: q, positives: q, negatives: .shared(negatives), of: .queries,
          reduction: .mean, diagnostics: .none,
          options: ComputeOptions(strategy: strategy, isa: .best)
        ).value
      }
      // log(1 + 1023·e^(−2)) at τ = 1, and at τ = 0.07, where 1 − p₊ is below Float's epsilon.
      #expect(abs(try loss(opposite, temperature: 1) - 4.937691734271685) < 5e-12)
      #expect(abs(try loss(orthogonal, temperature: 0.5) - 4.937691734271685) < 5e-12)
      let small = 3.994494844397356e-10
      // 2/τ = 28.6 inherits 29 roundings of its own size.
      #expect(abs(try loss(opposite, temperature: 0.07) / small - 1) < 1e-12)
    }
  }

  @Test("is log of the candidate count when all rows are equal", arguments: [1e-3, 0.07, 1, 1e3])
  func collapsed(temperature: Double) throws {
    let loss = InfoNCE(temperature: try Temperature(temperature))
    let batch = Matrix<Float>(rowCount: 6, columnCount: 4) { _, c in [0.5, -1, 2, 0.25][c] }
    let keys = Matrix<Float>(rowCount: 12, columnCount: 4) { _, c in [1, -2, 4, 0.5][c] }
    for (negatives, count) in [
      (Negatives.inBatch, 6.0), (.shared(keys), 13), (.paired(keys), 3),
      (.inBatchAndShared(keys), 18),
    ] {
      let step = try loss.valueWithGradient(
        queries: batch, positives: batch, negatives: negatives)
      // Equal cosines computed by different loops differ by a few roundings, times 1/τ.
      #expect(abs(Double(step.value) - log(count)) < max(2e-6, 1e-6 / temperature))
      #expect(step.gradient.queries?.isFinite == true)
      #expect(step.gradient.positives?.isFinite == true)
    }
  }

  @Test("has a positive's own softmax where everything is orthogonal")
  func orthogonal() throws {
    let identity = Matrix<Double>(rowCount: 5, columnCount: 5) { $0 == $1 ? 3 : 0 }
    let value = try InfoNCE(temperature: 0.25).value(queries: identity, positives: identity)
    #expect(abs(value - log1p(4 * exp(-4))) < 1e-15)
  }

  @Test("is 0, with zero gradients, without negatives", arguments: [1e-3, 1, 1e3])
  func noNegatives(temperature: Double) throws {
    let loss = InfoNCE(temperature: try Temperature(temperature))
    let one = Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 1)
    let many = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    let none = Matrix<Double>(rowCount: 0, columnCount: 3)
    for (rows, negatives) in [
      (one, Negatives.inBatch), (one, .inBatchAndShared(none)), (many, .shared(none)),
      (many, .paired(none)), (one, .shared(none)),
    ] {
      let step = try loss.valueWithGradient(queries: rows, positives: rows, negatives: negatives)
      #expect(step.value == 0)
      #expect(step.terms.allSatisfy { $0 == 0 })
      #expect(step.gradient.queries?.elements.allSatisfy { $0 == 0 } == true)
      #expect(step.gradient.positives?.elements.allSatisfy { $0 == 0 } == true)
      #expect(step.gradient.temperature == 0)
      #expect(step.diagnostics?.gradientEntropy == nil)
      #expect(step.diagnostics?.meanNegativeSimilarity == nil)
    }
  }

  @Test("of one dimension has signs for cosines, and zero gradients")
  func oneDimension() throws {
    let q: Matrix<Double> = [[2], [-3], [0.5]]
    let k: Matrix<Double> = [[1], [4], [-1]]
    let step = try InfoNCE(temperature: 0.5).valueWithGradient(queries: q, positives: k)
    let signs: ([Double], [Double]) = ([1, -1, 1], [1, 1, -1])
    for i in 0..<3 {
      let logits = signs.1.map { signs.0[i] * $0 / 0.5 }
      let expected = log(logits.reduce(0) { $0 + exp($1) }) - logits[i]
      #expect(abs(step.terms[i] - expected) < 1e-14)
    }
    // A sign does not move with the length: what is left is rounding of slopes of about 1/τ.
    #expect(step.gradient.queries?.elements.allSatisfy { abs($0) < 1e-15 } == true)
  }

  @Test("stays finite and right from τ = 1e-3 to 1e3", arguments: [1e-3, 0.01, 1, 1e3])
  func extremeTemperatures(temperature: Double) throws {
    let plain = LossSubject.inBatch.plain(rows: 7, columns: 7, temperature: temperature)
    let (queries, keys) = (
      try #require(plain.inputs["queries"]), try #require(plain.inputs["positives"])
    )
    let step = try InfoNCE(temperature: try Temperature(temperature)).valueWithGradient(
      queries: queries, positives: keys)
    // exp(1/τ) overflows for the plain loop, but not exp of what lies below the row's maximum.
    let cosines = try Similarity.cosine.matrix(queries, keys)
    for row in 0..<7 {
      let logits = (0..<7).map { cosines[row, $0] / temperature }
      let largest = logits.max() ?? 0
      let expected =
        largest + log(logits.reduce(0) { $0 + exp($1 - largest) }) - logits[row]
      #expect(abs(step.terms[row] - expected) < 1e-14 * max(1, 2 / temperature))
    }
    #expect(step.gradient.queries?.isFinite == true)
    #expect(step.gradient.temperature?.isFinite == true)
  }

  @Test("shares the gradient among duplicated negatives and ties")
  func duplicates() throws {
    let q = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1)
    let row = Matrix<Double>.random(rowCount: 1, columnCount: 4, seed: 2)
    let keys = Matrix<Double>(rowCount: 6, columnCount: 4) { row[0, $1] }
    let loss = InfoNCE(temperature: 0.1)
    let many = try loss.valueWithGradient(queries: q, positives: q, negatives: .shared(keys))
    let one = try loss.valueWithGradient(queries: q, positives: q, negatives: .shared(row))
    let gradient = try #require(many.gradient.negatives)
    for r in 1..<6 {
      expectClose(
        gradient.rows(r..<r + 1).doubles, gradient.rows(0..<1).doubles, size: 1,
        tolerance: 1e-14, "row \(r)")
    }
    // 6 equal negatives add log 6 to ℓ.
    for i in 0..<3 {
      let margin = log(expm1(one.terms[i]))
      #expect(abs(many.terms[i] - log1p(6 * exp(margin))) < 1e-12)
    }
  }
}
