import Contrastive
import ContrastiveDistributed
import ContrastiveEngine
import TestSupport
import Testing

/// A loss over ranks is the loss of the concatenated batch.
@Suite("losses across ranks")
struct WholeBatchTests {
  static let rankCounts = [1, 2, 3, 4, 7]

  @Test("are those of one process, in Double", arguments: RankLoss.allCases, rankCounts)
  func matchesOneProcess(_ loss: RankLoss, ranks: Int) throws {
    try check(loss, ranks: ranks, as: Double.self)
  }

  @Test("are those of one process, in Float", arguments: RankLoss.allCases, rankCounts)
  func matchesOneProcessInFloat(_ loss: RankLoss, ranks: Int) throws {
    try check(loss, ranks: ranks, as: Float.self)
  }

  private func check<Scalar: EmbeddingScalar>(
    _ loss: RankLoss, ranks: Int, as scalar: Scalar.Type
  ) throws {
    let rowCount = 23
    let batch = RankLoss.Inputs<Scalar>(
      rowCount: rowCount, dimension: 12, seed: UInt64(1000 * ranks))
    for (temperature, kind) in [(0.5, RowKind.raw), (0.02, .unit)] {
      let expected = try loss.run(
        batch, kind: kind, temperature: try Temperature(temperature),
        options: ComputeOptions(threads: 1))
      for sharding in Sharding.allCases {
        // Kept or recomputed, by small tiles or in one, by maxima or not: at 0.02 Float takes maxima by itself.
        for (strategy, tile) in [
          (ComputeOptions.Strategy.kept, 5), (.recomputed, 4), (.kept, 64),
        ] {
          var options = ComputeOptions(threads: 1)
          options.strategy = strategy
          (options.tileRows, options.tileColumns) = (tile, tile + 1)
          options.alwaysTakesMaxima = tile == 5
          try compare(
            loss, batch, expected: expected, ranks: ranks, sharding: sharding, kind: kind,
            temperature: temperature, options: options)
        }
      }
    }
  }

  private func compare<Scalar: EmbeddingScalar>(
    _ loss: RankLoss, _ batch: RankLoss.Inputs<Scalar>, expected: RankLoss.Outcome, ranks: Int,
    sharding: Sharding, kind: RowKind, temperature: Double, options: ComputeOptions
  ) throws {
    let rows = sharding.ranges(of: batch.first.rowCount, ranks: ranks)
    // The others lie the other way round.
    let others = Sharding.uneven.ranges(of: RankLoss.otherCount, ranks: ranks)
    let outcomes = try LocalGroup.run(count: ranks, limit: .seconds(60)) {
      group throws(ContrastiveError) in
      try loss.run(
        batch.part(rows: rows[group.rank], others: others[group.rank]), kind: kind,
        temperature: try Temperature(temperature), options: options, across: group)
    }.map { try $0.get() }
    let what =
      "\(loss) on \(ranks) ranks, \(sharding), \(kind), τ \(temperature), \(Scalar.self), \(options.strategy.map { "\($0)" } ?? "")"
    let whole = joined(outcomes.map(\.answer), loss: loss, rows: rows)
    let tolerance = Tolerance(temperature: temperature, scalar: Scalar.self)
    whole.expectClose(
      to: expected.answer, tolerance: tolerance,
      lossSize: loss.isDifference ? 1 / temperature : 1, gradientSize: 1e-3, what)
    for outcome in outcomes {
      #expect(outcome.answer.loss == whole.loss, "\(what): the same value on every rank")
      #expect(outcome.diagnostics == outcomes[0].diagnostics)
    }
    expectClose(outcomes[0].diagnostics, expected.diagnostics, tolerance: tolerance, what)
  }

  /// The answer of the ranks' rows one after another.
  private func joined(_ answers: [Answer], loss: RankLoss, rows: [Range<Int>]) -> Answer {
    var whole = answers[0]
    whole.terms = answers.flatMap(\.terms)
    if loss.hasTwoViews {
      // First views, then second ones.
      whole.terms =
        zip(answers, rows).flatMap { $0.terms.prefix($1.count) }
        + zip(answers, rows).flatMap { $0.terms.suffix($1.count) }
    }
    for name in RankLoss.sharedOut where whole.gradients[name] != nil {
      whole.gradients[name] = answers.flatMap { $0.gradients[name] ?? [] }
    }
    return whole
  }

  private func expectClose(
    _ actual: Diagnostics?, _ expected: Diagnostics?, tolerance: TestSupport.Tolerance,
    _ what: String
  ) {
    guard let actual, let expected else {
      Issue.record("\(what): no diagnostics")
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

  /// Whose positives, each much of its anchor's gradient, are no part of products that round them.
  @Test("keep what they are by products of sixteen bits", arguments: RankLoss.allCases)
  func sixteenBits(_ loss: RankLoss) throws {
    let (rowCount, temperature) = (23, 0.5)
    let batch = RankLoss.Inputs<Float>(rowCount: rowCount, dimension: 12, seed: 77)
    let rows = Sharding.uneven.ranges(of: rowCount, ranks: 2)
    let others = Sharding.uneven.ranges(of: RankLoss.otherCount, ranks: 2)
    let expected = try loss.run(
      batch, kind: .raw, temperature: try Temperature(temperature),
      options: ComputeOptions(threads: 1))
    for strategy in [ComputeOptions.Strategy.kept, .recomputed] {
      let options = {
        var options = ComputeOptions(threads: 1, products: .sixteenBit)
        options.strategy = strategy
        return options
      }()
      let outcomes = try LocalGroup.run(count: 2) { group throws(ContrastiveError) in
        try loss.run(
          batch.part(rows: rows[group.rank], others: others[group.rank]), kind: .raw,
          temperature: try Temperature(temperature), options: options, across: group)
      }.map { try $0.get() }
      // A row's gradient is 2/nτ at most over a length of one half.
      joined(outcomes.map(\.answer), loss: loss, rows: rows).expectClose(
        to: expected.answer, tolerance: .sixteenBit(dimension: 12, temperature: temperature),
        lossSize: 1, gradientSize: 4 / temperature / Double(rowCount),
        "\(loss) in sixteen bits, \(strategy)")
    }
  }

  @Test("rank equal rows as ties in sixteen bits, and tell the logits' error", arguments: [1, 2])
  func ties(ranks: Int) throws {
    // All elements of a row err alike, by far more than a cosine's rounding in Float.
    let row = Matrix<Float>(rowCount: 12, columnCount: 300) { _, _ in 1 }
    let rows = Sharding.uneven.ranges(of: 12, ranks: ranks)
    let options = ComputeOptions(threads: 1, products: .sixteenBit)
    let alone = try CLIP(temperature: 0.1).valueWithGradient(
      images: row, texts: row, options: options)
    let found = try LocalGroup.run(count: ranks) { group throws(ContrastiveError) in
      let own = row.rows(rows[group.rank])
      let labels = Array(rows[group.rank])
      return [
        try CLIP(temperature: 0.1).valueWithGradient(
          images: own, texts: own, options: options, across: group
        ).diagnostics,
        try InfoNCE(temperature: 0.1).valueWithGradient(
          queries: own, positives: own, negatives: .inBatch, options: options, across: group
        ).diagnostics,
        try NTXent(temperature: 0.1).valueWithGradient(
          viewA: own, viewB: own, options: options, across: group
        ).diagnostics,
        try NormFaceSoftmax(temperature: 0.1).valueWithGradient(
          features: own, classWeights: own, labels: labels, options: options, across: group
        ).diagnostics,
      ]
    }.map { try $0.get() }
    for diagnostics in found.flatMap(\.self) {
      #expect(diagnostics?.top1Accuracy == 0)
      #expect(diagnostics?.logitError == alone.diagnostics?.logitError)
    }
  }

  @Test("take weights of terms", arguments: [RankLoss.clip, .inBatch, .ntXent, .supCon, .sigLIP])
  func takesWeights(_ loss: RankLoss) throws {
    let batch = RankLoss.Inputs<Double>(rowCount: 11, dimension: 6, seed: 5)
    let termCount = loss.hasTwoViews ? 22 : 11
    // One of a size that sums of exponentials are not divided into.
    let weights = (0..<termCount).map { $0 == 3 ? 1e-20 : 0.3 + Double($0 % 4) }
    let options = ComputeOptions(threads: 1)
    let expected = try loss.run(
      batch, kind: .raw, temperature: 0.2, reduction: .weighted(weights), options: options)
    let rows = Sharding.uneven.ranges(of: 11, ranks: 3)
    let outcomes = try LocalGroup.run(count: 3) { group throws(ContrastiveError) in
      let own = rows[group.rank]
      let part =
        loss.hasTwoViews
        ? Array(weights[own]) + own.map { weights[11 + $0] } : Array(weights[own])
      return try loss.run(
        batch.part(rows: own, others: 0..<0), kind: .raw, temperature: 0.2,
        reduction: .weighted(part), options: options, across: group)
    }.map { try $0.get() }
    joined(outcomes.map(\.answer), loss: loss, rows: rows).expectClose(
      to: expected.answer, tolerance: Tolerance(temperature: 0.2, scalar: Double.self),
      lossSize: 1, gradientSize: 1e-3, "\(loss) with weights")
  }
}
