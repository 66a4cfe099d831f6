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

  @Test("weigh more the harder they are, with a gradient of the plain slope")
  func hardness() throws {
    // One negative: its weight is σ((s + α)·c₋ − s·c₊), and its slope s times that.
    let (q, p, n): (Matrix<Double>, Matrix<Double>, Matrix<Double>) = (
      [[1, 0]], [[0.6, 0.8]], [[0.8, 0.6]]
    )
    let step = try InfoNCE(temperature: 0.5, hardness: 3).valueWithGradient(
      queries: q, positives: p, negatives: .shared(try UnitRows(normalizing: n)))
    let margin = 5 * 0.8 - 2 * 0.6
    #expect(abs(step.value - log1p(exp(margin))) < 1e-14)
    let weight = 1 / (1 + exp(-margin))
    #expect(abs((step.gradient.scale ?? 0) - weight * (0.8 - 0.6)) < 1e-14)
    #expect(abs((step.gradient.negatives?[0, 0] ?? 0) - 2 * weight) < 1e-14)
    #expect(step.diagnostics?.chance == nil)
  }

  @Test("may all weigh the same more, which changes nothing", arguments: [-30, 0, 4] as [Double])
  func equalLogWeights(weight: Double) throws {
    let loss = InfoNCE(temperature: 0.02)
    let plain = try loss.valueWithGradient(queries: Self.queries, positives: Self.positives)
    let weighted = try loss.valueWithGradient(
      queries: Self.queries, positives: Self.positives,
      logWeights: LogWeights(positives: Array(repeating: weight, count: 9)))
    func expectSame(_ a: [Double], _ b: [Double]) {
      for (a, b) in zip(a, b) { #expect(abs(a - b) < 1e-12 * 50) }
      #expect(a.count == b.count)
    }
    expectSame(weighted.terms, plain.terms)
    expectSame(weighted.gradient.queries?.elements ?? [], plain.gradient.queries?.elements ?? [])
    expectSame(
      weighted.gradient.positives?.elements ?? [], plain.gradient.positives?.elements ?? [])
    expectSame([weighted.gradient.logScale ?? .nan], [plain.gradient.logScale ?? .nan])
    let similarity = plain.diagnostics?.meanPositiveSimilarity ?? .nan
    #expect(abs((weighted.diagnostics?.meanPositiveSimilarity ?? .nan) - similarity) < 1e-13)
    #expect(weighted.diagnostics?.top1Accuracy == plain.diagnostics?.top1Accuracy)
  }

  @Test("corrected for how often they are drawn, as a softmax over all of them")
  func logQ() throws {
    // A candidate drawn three times, each time corrected by log 3, is one candidate.
    let (q, p): (Matrix<Double>, Matrix<Double>) = ([[1, 0]], [[0.6, 0.8]])
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 5)
    let thrice = Matrix(rowCount: 5, columnCount: 2) { rows[[0, 0, 0, 1, 2][$0], $1] }
    let loss = InfoNCE(temperature: 0.3)
    let once = try loss.value(queries: q, positives: p, negatives: .shared(rows))
    let corrected = try loss.value(
      queries: q, positives: p, negatives: .shared(thrice),
      logWeights: LogWeights(correctingFrequencies: [1], negatives: [3, 3, 3, 1, 1]))
    #expect(abs(once - corrected) < 1e-14)
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

  @Test(
    "with log-weights are those of every query alone, of shared negatives",
    arguments: [0.02, 0.3, 5], [1, 4])
  func weightedPairs(temperature: Double, count: Int) throws {
    let queryCount = 9
    let negatives = Matrix<Double>.random(rowCount: queryCount * count, columnCount: 4, seed: 77)
    let weights = LogWeights(
      positives: (0..<queryCount).map { Double($0 % 5) - 3 },
      negatives: (0..<queryCount * count).map { 2 - Double($0 % 7) })
    let loss = InfoNCE(temperature: try Temperature(temperature))
    let whole = try loss.valueWithGradient(
      queries: Self.queries, positives: Self.positives, negatives: .paired(negatives),
      logWeights: weights, reduction: .sum)
    var byLogScale = 0.0
    // Sums in another order, of some ten numbers of the sizes s and max|b|.
    let tolerance = 1e-13 * (1 / temperature + 10)
    for row in 0..<queryCount {
      let own = Array(row * count..<(row + 1) * count)
      let alone = try loss.valueWithGradient(
        queries: Self.queries.rows(at: [row]), positives: Self.positives.rows(at: [row]),
        negatives: .shared(negatives.rows(at: own)),
        logWeights: LogWeights(
          positives: [weights.positives[row]], negatives: own.map { weights.negatives[$0] }),
        reduction: .sum)
      #expect(abs(whole.terms[row] - alone.value) <= tolerance)
      byLogScale += try #require(alone.gradient.byTemperature.logScale)
      for (gradient, expected, rows) in [
        (whole.gradient.queries, alone.gradient.queries, [row]),
        (whole.gradient.positives, alone.gradient.positives, [row]),
        (whole.gradient.negatives, alone.gradient.negatives, own),
      ] {
        let found = try #require(gradient).rows(at: rows).elements
        for (found, expected) in zip(found, try #require(expected).elements) {
          #expect(abs(found - expected) <= 10 * tolerance / temperature)
        }
      }
    }
    let logScale = try #require(whole.gradient.byTemperature.logScale)
    #expect(abs(logScale - byLogScale) <= 10 * tolerance / temperature)
    let swept = try loss.sweep(
      queries: Self.queries, positives: Self.positives, negatives: .paired(negatives),
      logWeights: weights, temperatures: [Temperature(temperature)])
    #expect(abs(swept[0].value * Double(queryCount) - whole.value) <= tolerance * 9)
  }

  @Test("say in one line what does not fit")
  func errors() {
    let loss = InfoNCE(temperature: 0.1)
    func message(
      _ loss: InfoNCE = InfoNCE(temperature: 0.1), _ negatives: Negatives<Double> = .inBatch,
      _ falseNegatives: FalseNegatives<Double> = .none, _ logWeights: LogWeights? = nil
    ) -> String {
      do {
        _ = try loss.value(
          queries: Self.queries, positives: Self.positives, negatives: negatives,
          excluding: falseNegatives, logWeights: logWeights)
        return ""
      } catch { return error.description }
    }
    let shared = Negatives<Double>.shared(Self.queries)
    let paired = Negatives<Double>.paired(Self.queries)
    #expect(
      message(loss, .inBatch, .equalIDs([1])) == "ids: expected 9, one per row of queries, found 1")
    #expect(
      message(loss, shared, .equalIDs(Array(0..<9), negatives: [1]))
        == "negativeIDs: expected 9, one per negative, found 1")
    #expect(
      message(loss, paired, .moreSimilar())
        == "falseNegatives: expected .none: leave them out of the lists, "
        + "found a rule for paired negatives")
    #expect(
      message(loss, shared, .moreSimilar(guideQueries: Self.queries, positives: Self.positives))
        == "guideNegatives: expected 9 rows, as negatives, found none")
    #expect(
      message(loss, .inBatch, .moreSimilar(margin: .absolute(.nan)))
        == "margin: expected a finite number, found nan")
    #expect(
      message(InfoNCE(temperature: 1, hardness: -1))
        == "hardness: expected a finite number, 0 or more, found -1.0")
    #expect(
      message(InfoNCE(temperature: 1, batchCandidates: .queriesWithQueries), shared)
        == "batchCandidates: expected none, or negatives .inBatch or .inBatchAndShared, "
        + "found some without negatives of the batch")
    #expect(
      message(loss, .inBatch, .none, LogWeights(positives: [0]))
        == "logWeights.positives: expected 9 numbers, found 1 number")
    #expect(
      message(loss, .inBatch, .none, LogWeights(positives: Array(repeating: .infinity, count: 9)))
        == "logWeights.positives: row 0 holds a NaN or an infinity; every number must be finite")
    #expect(
      message(loss, paired, .none, LogWeights(positives: Array(repeating: 0, count: 9)))
        == "logWeights.negatives: expected 9 numbers, found none")
  }

  @Test("refuses a guide of negatives where there are none besides the batch's")
  func guideOfNothing() throws {
    let x = Matrix<Float>.random(rowCount: 8, columnCount: 6, seed: 1)
    let guide = Matrix<Float>.random(rowCount: 8, columnCount: 4, seed: 2)
    for columnCount in [3, 4] {
      let rule = FalseNegatives<Float>.moreSimilar(
        guideQueries: guide, positives: guide,
        negatives: Matrix<Float>.random(rowCount: 5, columnCount: columnCount, seed: 3))
      for call in [
        { _ = try InfoNCE(temperature: 0.1).value(queries: x, positives: x, excluding: rule) },
        { _ = try CLIP(temperature: 0.1).value(images: x, texts: x, excluding: rule) },
      ] as [() throws -> Void] {
        let error = #expect(throws: ContrastiveError.self, performing: call)
        #expect(error?.description.hasPrefix("guideNegatives: expected none") == true)
      }
    }
  }
}
