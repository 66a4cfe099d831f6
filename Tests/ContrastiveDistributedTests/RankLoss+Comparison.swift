import Contrastive
import ContrastiveDistributed
import TestSupport
import Testing

extension RankLoss {
  /// Expects what ranks come to together to be what one process does.
  ///
  /// - Parameters:
  ///   - calls: Every rank's.
  ///   - temperature: The finest.
  func expectSame<Scalar: EmbeddingScalar>(
    as expected: Outcome, _ batch: Inputs<Scalar>, ranks calls: [Call], sharding: Sharding,
    temperature: Double, _ what: String
  ) throws {
    let ranks = calls.count
    let rows = sharding.ranges(of: batch.first.rowCount, ranks: ranks)
    let others = Self.otherRanges(ranks: ranks)
    let outcomes = try LocalGroup.run(count: ranks, limit: .seconds(60)) {
      group throws(ContrastiveError) in
      try run(
        batch.part(rows: rows[group.rank], others: others[group.rank]), calls[group.rank],
        across: group)
    }.map { try $0.get() }
    let what = "\(self) on \(ranks) ranks, \(sharding), \(Scalar.self), \(what)"
    let whole = joined(outcomes.map(\.answer), rows: rows)
    let tolerance = Tolerance(temperature: temperature / sharpness, scalar: Scalar.self)
    whole.expectClose(
      to: expected.answer, tolerance: tolerance,
      lossSize: isDifference ? 1 / temperature : 1, gradientSize: 1e-3, what)
    #expect(
      Set(whole.gradients.keys) == Set(expected.answer.gradients.keys),
      "\(what): gradients, or none")
    for outcome in outcomes {
      #expect(outcome.answer.loss == whole.loss, "\(what): the same value on every rank")
      #expect(outcome.diagnostics == outcomes[0].diagnostics, "\(what): the same diagnostics")
    }
    expectClose(outcomes[0].diagnostics, expected.diagnostics, tolerance: tolerance, what)
  }

  /// Others are dealt the other way round than rows.
  static func otherRanges(ranks: Int) -> [Range<Int>] {
    Sharding.uneven.ranges(of: otherCount, ranks: ranks)
  }

  /// The answer of the ranks' rows one after another.
  func joined(_ answers: [Answer], rows: [Range<Int>]) -> Answer {
    func halves(_ numbers: [[Double]]) -> [Double] {
      numbers.flatMap { $0.prefix($0.count / 2) } + numbers.flatMap { $0.suffix($0.count / 2) }
    }
    var whole = answers[0]
    let terms = answers.map(\.terms)
    whole.terms = hasTwoViews ? halves(terms) : terms.flatMap(\.self)
    for name in RankLoss.sharedOut where whole.gradients[name] != nil {
      let parts = answers.map { $0.gradients[name] ?? [] }
      // Of two sides that do not share theirs.
      let isOfSides =
        ["temperatures", "scales", "logScales"].contains(name)
        && temperatureRows != .classes
        && zip(parts, rows).allSatisfy { $0.count == 2 * $1.count }
      whole.gradients[name] = isOfSides ? halves(parts) : parts.flatMap(\.self)
    }
    return whole
  }

  /// The ranks' temperatures, of one for each row.
  ///
  /// - Parameter all: As one process takes them. A rank without rows gives any.
  func temperatures(
    _ all: [Double], rows: [Range<Int>], rowCount: Int
  ) throws -> [Temperature] {
    try zip(rows, Self.otherRanges(ranks: rows.count)).map { rows, others in
      let own =
        temperatureRows == .classes
        ? Array(all[others])
        : stride(from: 0, to: all.count, by: rowCount).flatMap { side in
          rows.map { all[side + $0] }
        }
      return own.isEmpty ? 0.3 : try Temperature(rows: own)
    }
  }

  private func expectClose(
    _ actual: Diagnostics?, _ expected: Diagnostics?, tolerance: TestSupport.Tolerance,
    _ what: String
  ) {
    guard let actual, let expected else {
      #expect((actual == nil) == (expected == nil), "\(what): diagnostics, or none")
      return
    }
    func numbers(_ all: Diagnostics) -> [(String, Double?, size: Double)] {
      [
        ("top1", all.top1Accuracy, 1e-9), ("top5", all.top5Accuracy, 1e-9),
        ("positives", all.meanPositiveSimilarity, 1), ("negatives", all.meanNegativeSimilarity, 1),
        ("entropy", all.gradientEntropy, 4), ("effective", all.effectiveNegatives, 30),
        ("chance", all.chance, 4), ("floor", all.floor, 4), ("floorShare", all.floorShare, 1),
      ]
    }
    for ((name, own, size), (_, reference, _)) in zip(numbers(actual), numbers(expected)) {
      #expect((own == nil) == (reference == nil), "\(what): \(name) is there, or not")
      guard let own, let reference else { continue }
      #expect(
        abs(own - reference) <= size * tolerance.gradient, "\(what): \(name) \(own) \(reference)")
    }
    #expect(actual.floorAttainable == expected.floorAttainable)
  }
}
