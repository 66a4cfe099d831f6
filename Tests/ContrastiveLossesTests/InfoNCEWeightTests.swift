import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

/// Candidates that weigh more than others, by their hardness or by log-weights.
@Suite("InfoNCE's weighted candidates")
struct InfoNCEWeightTests {
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
    let plain = try loss.valueWithGradient(
      queries: InfoNCECandidatesTests.queries, positives: InfoNCECandidatesTests.positives)
    let weighted = try loss.valueWithGradient(
      queries: InfoNCECandidatesTests.queries, positives: InfoNCECandidatesTests.positives,
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
      queries: InfoNCECandidatesTests.queries, positives: InfoNCECandidatesTests.positives,
      negatives: .paired(negatives),
      logWeights: weights, reduction: .sum)
    var byLogScale = 0.0
    // Sums in another order, of some ten numbers of the sizes s and max|b|.
    let tolerance = 1e-13 * (1 / temperature + 10)
    for row in 0..<queryCount {
      let own = Array(row * count..<(row + 1) * count)
      let alone = try loss.valueWithGradient(
        queries: InfoNCECandidatesTests.queries.rows(at: [row]),
        positives: InfoNCECandidatesTests.positives.rows(at: [row]),
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
      queries: InfoNCECandidatesTests.queries, positives: InfoNCECandidatesTests.positives,
      negatives: .paired(negatives),
      logWeights: weights, temperatures: [Temperature(temperature)])
    #expect(abs(swept[0].value * Double(queryCount) - whole.value) <= tolerance * 9)
  }
}
