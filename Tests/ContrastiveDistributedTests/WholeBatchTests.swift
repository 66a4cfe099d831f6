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
    // Kept or recomputed, by small tiles or in one, by maxima or not: at 0.02 Float takes maxima by itself.
    let strategies = [(ComputeOptions.Strategy.kept, 5), (.recomputed, 4), (.kept, 64)]
    for (turn, (temperature, kind)) in [(0.5, RowKind.raw), (0.02, .unit)].enumerated() {
      var call = RankLoss.Call(kind: kind, temperature: try Temperature(temperature))
      let expected = try loss.run(batch, call)
      for (place, sharding) in Sharding.allCases.enumerated() {
        // Every combination in Double; in Float, whose code is the same, the strategies take turns.
        for (index, (strategy, tile)) in strategies.enumerated()
        where scalar == Double.self || index == (place + turn + ranks) % strategies.count {
          call.options.strategy = strategy
          (call.options.tileRows, call.options.tileColumns) = (tile, tile + 1)
          call.options.alwaysTakesMaxima = tile == 5
          try loss.expectSame(
            as: expected, batch, ranks: Array(repeating: call, count: ranks), sharding: sharding,
            temperature: temperature, "\(kind), τ \(temperature), \(strategy), \(tile)")
        }
      }
    }
  }

  /// Whose positives, each much of its anchor's gradient, are no part of products that round them.
  @Test("keep what they are by products of sixteen bits", arguments: RankLoss.allCases)
  func sixteenBits(_ loss: RankLoss) throws {
    let (rowCount, temperature) = (23, 0.5)
    let batch = RankLoss.Inputs<Float>(rowCount: rowCount, dimension: 12, seed: 77)
    let rows = Sharding.uneven.ranges(of: rowCount, ranks: 2)
    let others = RankLoss.otherRanges(ranks: 2)
    let exact = RankLoss.Call(temperature: try Temperature(temperature))
    let expected = try loss.run(batch, exact)
    for strategy in [ComputeOptions.Strategy.kept, .recomputed] {
      let call = {
        var call = exact
        call.options = ComputeOptions(threads: 1, products: .sixteenBit)
        call.options.strategy = strategy
        return call
      }()
      let outcomes = try LocalGroup.run(count: 2) { group throws(ContrastiveError) in
        try loss.run(
          batch.part(rows: rows[group.rank], others: others[group.rank]), call, across: group)
      }.map { try $0.get() }
      // A row's gradient is 2/nτ at most over a length of one half.
      loss.joined(outcomes.map(\.answer), rows: rows).expectClose(
        to: expected.answer,
        tolerance: .sixteenBit(dimension: 12, temperature: temperature / loss.sharpness),
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
      images: row, texts: row, options: options
    ).diagnostics?.logitError
    // Whose rows are multiplied by s before they are rounded.
    let aloneOneWay = try InfoNCE(temperature: 0.1).valueWithGradient(
      queries: row, positives: row, negatives: .inBatch, options: options
    ).diagnostics?.logitError
    let found = try LocalGroup.run(count: ranks) { group throws(ContrastiveError) in
      let own = row.rows(rows[group.rank])
      let labels = Array(rows[group.rank])
      let bothWays = [
        try CLIP(temperature: 0.1).valueWithGradient(
          images: own, texts: own, options: options, across: group
        ).diagnostics,
        try NTXent(temperature: 0.1).valueWithGradient(
          viewA: own, viewB: own, options: options, across: group
        ).diagnostics,
        try NormFaceSoftmax(temperature: 0.1).valueWithGradient(
          features: own, classWeights: own, labels: labels, options: options, across: group
        ).diagnostics,
      ]
      let oneWay = [
        try InfoNCE(temperature: 0.1).valueWithGradient(
          queries: own, positives: own, negatives: .inBatch, options: options, across: group
        ).diagnostics,
        try HardNegative(temperature: 0.1, positivePrior: 0, concentration: 1).valueWithGradient(
          viewA: own, viewB: own, options: options, across: group
        ).diagnostics,
      ]
      return (bothWays, oneWay)
    }.map { try $0.get() }
    for diagnostics in found.flatMap({ $0.0 + $0.1 }) { #expect(diagnostics?.top1Accuracy == 0) }
    for diagnostics in found.flatMap({ $0.0 }) { #expect(diagnostics?.logitError == alone) }
    for diagnostics in found.flatMap({ $0.1 }) { #expect(diagnostics?.logitError == aloneOneWay) }
  }

  /// Of a size that sums of exponentials are not divided into, or all moderate; and some 0, whose rows are candidates all the same.
  @Test(
    "take weights of terms",
    arguments: [
      RankLoss.clip, .clipLogWeights, .inBatch, .ntXent, .hardNegative, .supCon, .sigLIP,
      .groupsEach, .groupsEachOneWay,
    ], [1e-20, 0, 2])
  func takesWeights(_ loss: RankLoss, special: Double) throws {
    let batch = RankLoss.Inputs<Double>(rowCount: 11, dimension: 6, seed: 5)
    let termCount = loss.hasTwoViews ? 22 : 11
    let weights = (0..<termCount).map { $0 % 5 == 3 ? special : 0.3 + Double($0 % 4) }
    let call = RankLoss.Call(temperature: 0.2, reduction: .weighted(weights))
    let expected = try loss.run(batch, call)
    let rows = Sharding.uneven.ranges(of: 11, ranks: 3)
    try loss.expectSame(
      as: expected, batch,
      ranks: rows.map { own in
        var part = call
        part.reduction = .weighted(
          loss.hasTwoViews
            ? Array(weights[own]) + own.map { weights[11 + $0] } : Array(weights[own]))
        return part
      }, sharding: .uneven, temperature: 0.2, "with weights")
  }
}
