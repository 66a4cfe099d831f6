import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Diagnostics")
struct DiagnosticsTests {
  static func diagnostics<Scalar: EmbeddingScalar>(
    _ queries: Matrix<Scalar>, _ positives: Matrix<Scalar>, _ negatives: Negatives<Scalar>,
    temperature: Temperature, options: ComputeOptions = ComputeOptions()
  ) throws -> Diagnostics {
    let variables: InfoNCE.Variables = options.strategy == .onePass ? .queries : .all
    return try #require(
      try InfoNCE(temperature: temperature).valueWithGradient(
        queries: queries, positives: positives, negatives: negatives, of: variables,
        reduction: .sum, diagnostics: .all, options: options
      ).diagnostics)
  }

  /// The definitions, over every row's own negatives.
  static func expected(
    _ queries: Matrix<Double>, _ positives: Matrix<Double>,
    negatives: (Int) -> [(Matrix<Double>, Int)], temperature: Temperature
  ) throws -> Diagnostics {
    let count = Double(queries.rowCount)
    var result = Diagnostics()
    var (top1, top5, own, other, pairs, entropy, effective) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for i in 0..<queries.rowCount {
      func cosine(_ keys: Matrix<Double>, _ row: Int) -> Double {
        var (dot, a, b) = (0.0, 0.0, 0.0)
        for c in 0..<keys.columnCount {
          dot += queries[i, c] * keys[row, c]
          a += queries[i, c] * queries[i, c]
          b += keys[row, c] * keys[row, c]
        }
        return dot / (a * b).squareRoot()
      }
      let positive = cosine(positives, i)
      let cosines = negatives(i).map { cosine($0.0, $0.1) }
      let tied = cosines.filter { abs($0 - positive) < 1e-12 }.count
      let greater = cosines.filter { $0 - positive >= 1e-12 }.count
      let rank = 1 + Double(greater) + Double(tied) / 2
      top1 += rank <= 1 ? 1 : 0
      top5 += rank <= 5 ? 1 : 0
      own += positive
      other += cosines.reduce(0, +)
      pairs += Double(cosines.count)
      let weights = try NegativeWeights(similarities: cosines, temperature: temperature)
      entropy += weights.entropy
      effective += weights.effectiveCount
    }
    result.top1Accuracy = top1 / count
    result.top5Accuracy = top5 / count
    result.meanPositiveSimilarity = own / count
    result.meanNegativeSimilarity = other / pairs
    result.gradientEntropy = entropy / count
    result.effectiveNegatives = effective / count
    return result
  }

  static func check(_ actual: Diagnostics, _ expected: Diagnostics, tolerance: Double) {
    #expect(actual.top1Accuracy == expected.top1Accuracy)
    #expect(actual.top5Accuracy == expected.top5Accuracy)
    for (path, name) in [
      (\Diagnostics.meanPositiveSimilarity, "positive similarity"),
      (\.meanNegativeSimilarity, "negative similarity"), (\.gradientEntropy, "entropy"),
      (\.effectiveNegatives, "effective negatives"),
    ] {
      let value = expected[keyPath: path] ?? .nan
      expectClose(
        actual[keyPath: path], value, size: max(1, abs(value)), tolerance: tolerance, name)
    }
  }

  /// Positives near their queries, so that some rank first, some within five, some not.
  static let nearPairs: (Matrix<Double>, Matrix<Double>) = {
    let q = Matrix<Float>.random(rowCount: 13, columnCount: 3, seed: 1).converted(to: Double.self)
    let noise = Matrix<Float>.random(rowCount: 13, columnCount: 3, seed: 2)
    let p = Matrix<Float>(rowCount: 13, columnCount: 3) {
      Float(q[$0, $1]) + Float($0) / 4 * noise[$0, $1]
    }
    return (q, p.converted())
  }()

  @Test("equal a plain loop in every mode, tiling and strategy", arguments: [0.05, 0.5])
  func plainLoop(temperature: Double) throws {
    let temperature = try Temperature(temperature)
    let (q, p) = Self.nearPairs
    let n = Matrix<Float>.random(rowCount: 26, columnCount: 3, seed: 3).converted(to: Double.self)
    let batch = { (i: Int) in (0..<13).filter { $0 != i }.map { (p, $0) } }
    let shared = (0..<26).map { (n, $0) }
    let modes: [(Negatives<Double>, Negatives<Float>, (Int) -> [(Matrix<Double>, Int)])] = [
      (.inBatch, .inBatch, batch), (.shared(n), .shared(n.converted()), { _ in shared }),
      (.paired(n), .paired(n.converted()), { i in [(n, 2 * i), (n, 2 * i + 1)] }),
      (.inBatchAndShared(n), .inBatchAndShared(n.converted()), { batch($0) + shared }),
    ]
    for (double, float, negatives) in modes {
      let expected = try Self.expected(q, p, negatives: negatives, temperature: temperature)
      for options in ComputeOptions.referenceVariants {
        // Entropies inherit the logits' roundings, 1/τ of them.
        Self.check(
          try Self.diagnostics(q, p, double, temperature: temperature, options: options), expected,
          tolerance: 1e-12)
        Self.check(
          try Self.diagnostics(
            q.converted(), p.converted(), float, temperature: temperature, options: options),
          expected, tolerance: 2e-5)
      }
    }
  }

  @Test("rank a collapsed batch like chance, not first")
  func collapsed() throws {
    let rows = Matrix<Float>(rowCount: 64, columnCount: 5) { _, c in [0.3, 0.1, -0.7, 0.2, 1][c] }
    for options in ComputeOptions.referenceVariants {
      let collapsed = try Self.diagnostics(
        rows, rows, .inBatch, temperature: 0.07, options: options)
      #expect(collapsed.top1Accuracy == 0)
      #expect(collapsed.top5Accuracy == 0)
      #expect(abs((collapsed.effectiveNegatives ?? 0) - 63) < 1e-3)
    }
    // One tie is rank 1.5, eight are rank 5.
    func accuracies(ties: Int) throws -> [Double?] {
      let negatives = Matrix<Float>(rowCount: ties, columnCount: 2) { [1, 0][$1] }
      let q: Matrix<Float> = [[2, 0]]
      let observed = try Self.diagnostics(q, q, .shared(negatives), temperature: 0.1)
      return [observed.top1Accuracy, observed.top5Accuracy]
    }
    #expect(try accuracies(ties: 1) == [0, 1])
    #expect(try accuracies(ties: 8) == [0, 1])
    #expect(try accuracies(ties: 9) == [0, 0])
  }

  @Test("tell chance and floor of the candidate set")
  func floors() throws {
    let q = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 1)
    let n = Matrix<Double>.random(rowCount: 16, columnCount: 3, seed: 2)
    let loss = InfoNCE(temperature: 0.5)
    for (negatives, set, count) in [
      (Negatives.inBatch, CandidateSet.inBatch(size: 8), 8.0),
      (.shared(n), .free(negatives: 16), 17), (.paired(n), .free(negatives: 2), 3),
    ] {
      let step = try loss.valueWithGradient(queries: q, positives: q, negatives: negatives)
      let diagnostics = try #require(step.diagnostics)
      let floor = try set.floor(temperature: 0.5, dimension: 3)
      #expect(abs((diagnostics.chance ?? 0) - log(count)) < 1e-15)
      #expect(diagnostics.floor == floor.value)
      #expect(diagnostics.floorAttainable == floor.isAttainable)
      #expect(diagnostics.floorShare == floor.value / step.value)
      // Of the mean term, whatever the reduction.
      let sum = try loss.valueWithGradient(
        queries: q, positives: q, negatives: negatives, reduction: .sum)
      expectClose(
        sum.diagnostics?.floorShare, floor.value / step.value, size: 1, tolerance: 1e-15, "share")
    }
    let both = try loss.valueWithGradient(
      queries: q, positives: q, negatives: .inBatchAndShared(n))
    #expect(abs((both.diagnostics?.chance ?? 0) - log(24)) < 1e-15)
    #expect(both.diagnostics?.floor == nil)
    #expect(both.diagnostics?.floorShare == nil)
    // Where pairs attain their floor, it is all of the loss.
    let q2: Matrix<Double> = [[1, 0], [-1, 0]]
    let attained = try loss.valueWithGradient(queries: q2, positives: q2)
    expectClose(attained.diagnostics?.floorShare, 1, size: 1, tolerance: 1e-15, "attained")
    #expect(attained.diagnostics?.floorAttainable == true)
  }

  @Test("are nil when nobody asks, and do not change the rest")
  func none() throws {
    for subject in [LossSubject.shared, .paired] {
      let plain = subject.plain(rows: 5, columns: 4)
      let inputs = plain.inputs
      let (q, p, n) = (
        try #require(inputs["queries"]), try #require(inputs["positives"]),
        try #require(inputs["negatives"])
      )
      let negatives: Negatives<Double> = subject == .paired ? .paired(n) : .shared(n)
      let loss = InfoNCE(temperature: 0.2)
      let silent = try loss.valueWithGradient(
        queries: q, positives: p, negatives: negatives, diagnostics: .none)
      let observed = try loss.valueWithGradient(queries: q, positives: p, negatives: negatives)
      #expect(silent.diagnostics == nil)
      #expect(observed.diagnostics != nil)
      #expect(Answer(silent) == Answer(observed))
    }
  }

  // Positives are summed in lanes, negatives by GEMM: equal rows differ by roundings that grow
  // with the dimension, and in the same direction for all of them.
  @Test("rank a collapsed batch like chance in every dimension", arguments: [128, 384, 1024, 4096])
  func collapsed(dimension: Int) throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      let row = Matrix<Float>.random(rowCount: 1, columnCount: dimension, seed: seed)
      let rows = Matrix<Float>(rowCount: 32, columnCount: dimension) { row[0, $1] }
      let observed = try Self.diagnostics(rows, rows, .inBatch, temperature: 0.07)
      #expect(observed.top1Accuracy == 0)
      #expect(observed.top5Accuracy == 0)
    }
  }
}
