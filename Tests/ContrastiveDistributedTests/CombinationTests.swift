import Contrastive
import ContrastiveDistributed
import ContrastiveEngine
import TestSupport
import Testing

/// Ways to compute a loss across ranks that are each other's.
@Suite("combinations across ranks")
struct CombinationTests {
  private static let (rowCount, temperature) = (19, 0.4)

  private func check(
    _ loss: RankLoss, kind: RowKind = .raw, side: RankLoss.Side = .both,
    diagnostics: DiagnosticsLevel = .all, rankCounts: [Int] = [2, 3, 4], _ what: String,
    _ change: (inout ComputeOptions) -> Void
  ) throws {
    let batch = RankLoss.Inputs<Double>(rowCount: Self.rowCount, dimension: 7, seed: 31)
    var call = RankLoss.Call(
      kind: kind, temperature: try Temperature(Self.temperature), diagnostics: diagnostics,
      side: side)
    let expected = try loss.run(batch, call)
    change(&call.options)
    for ranks in rankCounts {
      try loss.expectSame(
        as: expected, batch, ranks: Array(repeating: call, count: ranks), sharding: .uneven,
        temperature: Self.temperature, what)
    }
  }

  /// At this temperature one shift serves all exponentials.
  @Test("of several parts and pieces with a shared shift", arguments: RankLoss.allCases)
  func parts(_ loss: RankLoss) throws {
    for strategy in [ComputeOptions.Strategy.kept, .recomputed] {
      try check(loss, "parts, \(strategy)") {
        ($0.tileRows, $0.tileColumns) = (1, 3)
        $0.strategy = strategy
      }
    }
  }

  @Test("of columns of a tile alone", arguments: RankLoss.allCases)
  func tileColumns(_ loss: RankLoss) throws {
    try check(loss, "columns") { $0.tileColumns = 2 }
  }

  /// Keys that take no gradient go round once, unless a strategy is asked for that goes twice.
  @Test("of one side's gradient alone", arguments: RankLoss.allCases, RankLoss.Side.allCases)
  func sides(_ loss: RankLoss, side: RankLoss.Side) throws {
    for strategy in [nil, ComputeOptions.Strategy.kept] {
      for maxima in [false, true] {
        try check(
          loss, side: side, rankCounts: [1, 3],
          "\(side), \(strategy.map { "\($0)" } ?? "any strategy"), maxima \(maxima)"
        ) {
          ($0.tileRows, $0.tileColumns) = (2, 3)
          $0.strategy = strategy
          $0.alwaysTakesMaxima = maxima
        }
      }
    }
  }

  @Test("of gradients without diagnostics", arguments: RankLoss.allCases)
  func noDiagnostics(_ loss: RankLoss) throws {
    try check(loss, diagnostics: .none, "no diagnostics") { $0.tileColumns = 4 }
  }

  /// Uneven shards of 19 rows on 3 ranks have 3, 6 and 10: of 8 bytes, half as many columns or more.
  @Test("of ranks of which some keep their tiles", arguments: RankLoss.allCases)
  func someKeep(_ loss: RankLoss) throws {
    for byteCount in [400, 1000] {
      try check(loss, rankCounts: [3], "\(byteCount) bytes") { $0.keptByteCount = byteCount }
    }
  }

  @Test("of rows in sixteen bits", arguments: RankLoss.allCases)
  func narrowRows(_ loss: RankLoss) throws {
    try check(loss, kind: .narrow, rankCounts: [1, 3], "narrow rows") { $0.tileColumns = 5 }
  }

  /// Counted for all ranks: each of the others is sent each key once.
  @Test("of constant keys, which go round once", arguments: [2, 3, 4])
  func oneCircle(ranks: Int) throws {
    let (rowCount, dimension) = (12, 16)
    let batch = RankLoss.Inputs<Float>(rowCount: rowCount, dimension: dimension, seed: 8)
    let rows = Sharding.even.ranges(of: rowCount, ranks: ranks)
    func bytes(_ variables: MoCoV3.Variables) throws -> Int {
      try LocalGroup.run(count: ranks) { group throws(ContrastiveError) in
        let own = rows[group.rank]
        _ = try MoCoV3(temperature: 0.1).valueWithGradient(
          queries: batch.first.rows(own), keys: batch.second.rows(own), of: variables,
          diagnostics: .none, across: group)
        return group.traffic.byteCount
      }.map { try $0.get() }.reduce(0, +)
    }
    let keys = (ranks - 1) * rowCount * dimension * 4
    let value = try bytes([])
    #expect(try bytes(.queries) == value)
    #expect(try bytes(.all) == value + 2 * keys)
  }
}
