import Contrastive
import ContrastiveDistributed
import TestSupport
import Testing

/// Each rank gives the temperatures of its own rows.
@Suite("temperatures of rows across ranks")
struct RowTemperatureTests {
  static let losses = RankLoss.allCases.filter { $0.temperatureRows != .none }

  @Test("are those of one process, in Double", arguments: losses, WholeBatchTests.rankCounts)
  func matchesOneProcess(_ loss: RankLoss, ranks: Int) throws {
    try check(loss, ranks: ranks, as: Double.self)
  }

  @Test("are those of one process, in Float", arguments: losses, [2, 3])
  func matchesOneProcessInFloat(_ loss: RankLoss, ranks: Int) throws {
    try check(loss, ranks: ranks, as: Float.self)
  }

  private func check<Scalar: EmbeddingScalar>(
    _ loss: RankLoss, ranks: Int, as scalar: Scalar.Type
  ) throws {
    let rowCount = 17
    let batch = RankLoss.Inputs<Scalar>(
      rowCount: rowCount, dimension: 8, seed: UInt64(100 * ranks + 1))
    let counts: [Int] =
      switch loss.temperatureRows {
      case .none: []
      case .rows: [rowCount]
      case .sides: [rowCount, 2 * rowCount]
      case .bothSides: [2 * rowCount]
      case .classes: [RankLoss.otherCount]
      }
    for (count, smallest) in counts.flatMap({ [($0, 0.2), ($0, 0.02)] }) {
      let all = (0..<count).map { smallest * (1 + 0.3 * Double($0 * 7 % 5)) }
      var call = RankLoss.Call(temperature: try Temperature(rows: all))
      let expected = try loss.run(batch, call)
      #expect(expected.answer.gradients["temperatures"]?.count == count)
      for sharding in Sharding.allCases {
        let rows = sharding.ranges(of: rowCount, ranks: ranks)
        let parts = try loss.temperatures(all, rows: rows, rowCount: rowCount)
        for (strategy, tile) in [(ComputeOptions.Strategy.kept, 5), (.recomputed, 4)] {
          call.options.strategy = strategy
          (call.options.tileRows, call.options.tileColumns) = (tile, tile + 1)
          let calls = parts.map { part in
            var own = call
            own.temperature = part
            return own
          }
          try loss.expectSame(
            as: expected, batch, ranks: calls, sharding: sharding, temperature: smallest,
            "\(count) temperatures from \(smallest), \(strategy)")
        }
      }
    }
  }

  private static func errors(_ temperatures: [Temperature], of loss: RankLoss) -> [String] {
    let batch = RankLoss.Inputs<Float>(rowCount: 6, dimension: 4, seed: 2)
    return LocalGroup.run(count: 3, limit: .seconds(60)) { group throws(ContrastiveError) in
      let own = 2 * group.rank..<2 * group.rank + 2
      _ = try loss.run(
        batch.part(rows: own, others: RankLoss.otherRanges(ranks: 3)[group.rank]),
        RankLoss.Call(temperature: temperatures[group.rank]), across: group)
    }.map { if case .failure(let error) = $0 { "\(error)" } else { "no error" } }
  }

  @Test("are of all ranks or of none")
  func disagreement() throws {
    let two = try Temperature(rows: [0.1, 0.2])
    let four = try Temperature(rows: [0.1, 0.2, 0.3, 0.4])
    for (temperatures, loss, words) in [
      ([two, 0.1, two], RankLoss.inBatch, ["temperatures", "rank 1", "each row", "all rows"]),
      ([0.1, 0.1, two], .clip, ["temperatures", "rank 2", "each row", "all rows"]),
      ([two, two, four], .ntXent, ["temperatures", "rank 2", "each side"]),
      ([two, four, two], .inBatch, ["temperatures", "rank 1", "4", "2"]),
      ([two, two, two], .hardness, ["hardness", "temperature"]),
    ] {
      let found = Self.errors(temperatures, of: loss)
      #expect(found.allSatisfy { $0 == found[0] }, "\(found)")
      for word in words { #expect(found[0].contains(word), "\(found[0]) names \(word)") }
    }
  }
}
