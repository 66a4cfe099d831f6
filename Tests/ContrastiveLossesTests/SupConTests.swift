import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("SupCon")
struct SupConTests: LabelledReferenceSuite {
  static let cases = Reference.named("supcon").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> SupCon {
    SupCon(temperature: try reference.temperature)
  }

  @Test("without a repeated label is 0, with zero gradients")
  func noPairs() throws {
    let rows = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let step = try SupCon(temperature: 0.1).valueWithGradient(
      embeddings: rows, labels: [3, 1, 4, 7])
    #expect(step.value == 0)
    #expect(step.terms == [0, 0, 0, 0])
    #expect(step.gradient.embeddings == Matrix(rowCount: 4, columnCount: 3))
    #expect(step.gradient.temperature == 0)
    #expect(step.diagnostics?.chance == nil)
    let one = try SupCon(temperature: 0.1).valueWithGradient(
      embeddings: rows.rows(0..<1), labels: [3])
    #expect(one.value == 0)
    #expect(one.gradient.embeddings?.elements == [0, 0, 0])
  }

  @Test(
    "of one class is what its positives leave of each other (pytorch-metric-learning: 0)",
    arguments: [0.05, 0.5])
  func oneClass(temperature: Double) throws {
    let rows = Matrix<Double>.random(rowCount: 6, columnCount: 3, seed: 1)
    let labels = Array(repeating: 5, count: 6)
    let plain = PlainLoss.supCon(
      ["embeddings": rows], labels: labels, temperature: temperature)
    let step = try SupCon(temperature: try Temperature(temperature)).valueWithGradient(
      embeddings: rows, labels: labels)
    Answer(step).expectClose(
      to: plain.answer(),
      tolerance: TestSupport.Tolerance(temperature: temperature, scalar: Double.self), "one class")
    // No anchor can do better than equal shares.
    #expect(step.terms.allSatisfy { $0 >= log(5) })
    #expect(step.diagnostics?.meanNegativeSimilarity == nil)
    #expect(step.diagnostics?.gradientEntropy == nil)
  }

  // SupContrast's maximum is over the anchor itself too, so that at τ ≤ 0.01 all exponentials of others
  // vanish: its logarithm of 0 less −∞ is NaN.
  @Test("is finite for unit vectors at τ ≤ 0.01 (SupContrast: NaN)", arguments: [0.01, 2e-3])
  func smallTemperature(temperature: Double) throws {
    // At right angles to one another, but for the halves of a pair, which are at 30°.
    let rows = try Matrix<Float>(rowCount: 6, columnCount: 6) { row, column in
      if row == column { return 1 }
      return row < column && row / 2 == column / 2 ? Float(3).squareRoot() : 0
    }.normalized()
    let labels = [0, 0, 1, 1, 0, 1]
    let plain = PlainLoss.supCon(
      ["embeddings": rows.matrix.converted()], labels: labels, temperature: temperature)
    let expected = plain.answer()
    let step = try SupCon(temperature: try Temperature(temperature)).valueWithGradient(
      embeddings: rows.matrix, labels: labels)
    Answer(step).expectClose(
      to: expected, tolerance: TestSupport.Tolerance(temperature: temperature, scalar: Float.self),
      "unit rows")
    #expect(step.value > Float(0.1 / temperature))
  }

  @Test("leaves anchors without positives out of the mean, as candidates in")
  func anchorsAlone() throws {
    let rows = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let labels = [0, 7, 0, 8, 0]
    let loss = SupCon(temperature: 0.2)
    let mean = try loss.valueWithGradient(embeddings: rows, labels: labels)
    #expect(mean.terms[1] == 0 && mean.terms[3] == 0)
    let sum = mean.terms.reduce(0, +)
    #expect(abs(mean.value - sum / 3) < 1e-15 * sum)
    for row in [1, 3] {
      let slopes = (0..<3).map { mean.gradient.embeddings?[row, $0] ?? 0 }
      #expect(slopes.contains { abs($0) > 1e-3 })
    }
    let total = try loss.valueWithGradient(embeddings: rows, labels: labels, reduction: .sum)
    #expect(abs(total.value - sum) < 1e-15 * sum)
    #expect(total.terms == mean.terms)
    // The weight of a term that is 0 is no matter.
    let weighted = try loss.valueWithGradient(
      embeddings: rows, labels: labels, reduction: .weighted([1, 100, 1, -100, 1]))
    #expect(weighted.value == total.value)
    #expect(weighted.gradient.embeddings == total.gradient.embeddings)
  }

  @Test("of equal rows is log(n − 1), its level of chance", arguments: [0.01, 1])
  func collapsed(temperature: Double) throws {
    let rows = Matrix<Double>(rowCount: 6, columnCount: 2) { _, c in [0.6, -0.3][c] }
    let step = try SupCon(temperature: try Temperature(temperature)).valueWithGradient(
      embeddings: rows, labels: [0, 0, 1, 0, 1, 2])
    #expect(abs(step.value - log(5)) < 1e-14 / temperature)
    expectClose(step.diagnostics?.chance, log(5), size: 1, tolerance: 1e-15, "chance")
  }

  @Test("observes negatives, and nothing of a single positive")
  func diagnostics() throws {
    let rows = Matrix<Double>.random(rowCount: 9, columnCount: 3, seed: 1)
    let labels = (0..<9).map { $0 % 4 }
    let temperature: Temperature = 0.2
    let expected = try DiagnosticsTests.expected(
      rows, rows,
      negatives: { i in (0..<9).filter { labels[$0] != labels[i] }.map { (rows, $0) } },
      temperature: temperature)
    for options in ComputeOptions.referenceVariants {
      let step = try SupCon(temperature: temperature).valueWithGradient(
        embeddings: rows, labels: labels, options: options)
      let diagnostics = try #require(step.diagnostics)
      for (path, name) in [
        (\Diagnostics.meanNegativeSimilarity, "negative similarity"),
        (\.gradientEntropy, "entropy"), (\.effectiveNegatives, "effective negatives"),
      ] {
        expectClose(
          diagnostics[keyPath: path], try #require(expected[keyPath: path]), size: 10,
          tolerance: 1e-12, name)
      }
      #expect(diagnostics.top1Accuracy == nil && diagnostics.top5Accuracy == nil)
      #expect(diagnostics.meanPositiveSimilarity == nil)
      #expect(diagnostics.floor == nil && diagnostics.floorAttainable == nil)
      #expect(diagnostics.floorShare == nil)
    }
  }

  @Test("observes negatives that have the row for a positive, too", arguments: [3, 9])
  func diagnosticsOfOneSide(count: Int) throws {
    let rows = Matrix<Double>.random(rowCount: count, columnCount: 3, seed: 2)
    let temperature: Temperature = 0.2
    // A ring: of three rows each has one positive, and is that of its only negative.
    let expected = try DiagnosticsTests.expected(
      rows, rows,
      negatives: { i in
        (0..<count).filter { $0 != i && $0 != (i + 1) % count }.map { (rows, $0) }
      },
      temperature: temperature)
    let step = try SupCon(temperature: temperature).valueWithGradient(
      embeddings: rows, positives: Positives(rowCount: count) { $1 == ($0 + 1) % count })
    let diagnostics = try #require(step.diagnostics)
    for (path, name) in [
      (\Diagnostics.meanNegativeSimilarity, "negative similarity"),
      (\.gradientEntropy, "entropy"), (\.effectiveNegatives, "effective negatives"),
    ] {
      expectClose(
        diagnostics[keyPath: path], try #require(expected[keyPath: path]), size: 10,
        tolerance: 1e-12, name)
    }
  }

  @Test("by lists of one label's rows is that by labels", arguments: [0.02, 0.5])
  func lists(temperature: Double) throws {
    let rows = Matrix<Double>.random(rowCount: 11, columnCount: 3, seed: 1)
    let labels = (0..<11).map { $0 % 4 }
    let loss = SupCon(temperature: try Temperature(temperature))
    let byLabels = try loss.valueWithGradient(embeddings: rows, labels: labels)
    let byLists = try loss.valueWithGradient(
      embeddings: rows,
      positives: Positives(rowCount: 11) { labels[$0] == labels[$1] })
    #expect(byLists.value == byLabels.value)
    #expect(byLists.terms == byLabels.terms)
    #expect(byLists.gradient.embeddings == byLabels.gradient.embeddings)
    #expect(byLists.gradient.byTemperature == byLabels.gradient.byTemperature)
    #expect(byLists.diagnostics?.gradientEntropy == byLabels.diagnostics?.gradientEntropy)
    #expect(byLists.diagnostics?.chance == byLabels.diagnostics?.chance)
    // What is taken off the sum of all similarities comes in another order.
    expectClose(
      byLists.diagnostics?.meanNegativeSimilarity,
      byLabels.diagnostics?.meanNegativeSimilarity ?? 0,
      size: 1, tolerance: 1e-14, "mean negative similarity")
  }

  @Test("leaves out rows of the label to be ignored")
  func ignoredLabel() throws {
    let rows = Matrix<Double>.random(rowCount: 9, columnCount: 3, seed: 1)
    let labels = [0, -1, 1, 0, -1, -1, 1, 2, 0]
    let kept = labels.indices.filter { labels[$0] != -1 }
    let loss = SupCon(temperature: 0.2)
    let step = try loss.valueWithGradient(embeddings: rows, labels: labels, ignoring: -1)
    let rest = try loss.valueWithGradient(
      embeddings: Matrix(rowCount: kept.count, columnCount: 3) { rows[kept[$0], $1] },
      labels: kept.map { labels[$0] })
    #expect(step.value == rest.value)
    #expect(step.gradient.byTemperature == rest.gradient.byTemperature)
    #expect(step.diagnostics == rest.diagnostics)
    for row in 0..<9 {
      let place = kept.firstIndex(of: row)
      #expect(step.terms[row] == place.map { rest.terms[$0] } ?? 0)
      for c in 0..<3 {
        #expect(
          step.gradient.embeddings?[row, c]
            == place.map { rest.gradient.embeddings?[$0, c] ?? .nan } ?? 0)
      }
    }
    // Weights are given for all rows.
    let weights = (0..<9).map { Double($0) }
    let weighted = try loss.valueWithGradient(
      embeddings: rows, labels: labels, ignoring: -1, reduction: .weighted(weights))
    let sum = zip(weights, step.terms).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(weighted.value - sum) < 1e-13)

    let none = try loss.valueWithGradient(
      embeddings: rows, labels: Array(repeating: -1, count: 9), ignoring: -1)
    #expect(none.value == 0)
    #expect(none.terms == Array(repeating: 0, count: 9))
    #expect(none.gradient.embeddings?.elements == Array(repeating: 0, count: 27))
  }

  @Test("counts the rows with a positive, which are its terms")
  func anchorCount() {
    #expect(Positives([[1], [], [0, 1]]).anchorCount == 2)
    #expect(Positives(rowCount: 3) { _, _ in false }.anchorCount == 0)
  }

  @Test(
    "says which list is none",
    arguments: [(0, [[2, 1], [], []]), (1, [[1], [1], []]), (2, [[1], [0], [3]])])
  func errors(row: Int, lists: [[Int]]) {
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
    #expect(
      throws: ContrastiveError(
        .positives, row: row, .ascending(found: lists[row], expected: .otherRows(count: 3)))
    ) {
      try SupCon(temperature: 1).valueWithGradient(embeddings: rows, positives: Positives(lists))
    }
    #expect(
      throws: ContrastiveError(
        .positives, .count(.list, found: 1, expected: .exactly(3, .onePerRow(of: .embeddings))))
    ) {
      try SupCon(temperature: 1).valueWithGradient(embeddings: rows, positives: Positives([[]]))
    }
  }
}
