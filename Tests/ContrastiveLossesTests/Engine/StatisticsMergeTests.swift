import Contrastive
import Testing

@Suite("Statistics of blocks that hold nothing for a row")
struct StatisticsMergeTests {
  private static let queries: Matrix<Double> = [[1, 0], [0, 1]]

  private func statistics(
    _ keys: Matrix<Double>, excluding exclusion: Exclusion = .none, logWeights: [Double]? = nil
  ) throws -> RowStatistics {
    var candidates = try Candidates(ownPositives: Self.queries)
    try candidates.add(keys, excluding: exclusion, logWeights: logWeights)
    return try candidates.statistics(of: Self.queries, scales: [20])
  }

  // The one block's numbers are relative to 10, the other's to −980.
  @Test(
    "leave it what others hold, however small log-weights make that", arguments: [false, true])
  func nothing(isFirst: Bool) throws {
    let keys: Matrix<Double> = [[0.6, 0.8], [0.8, -0.6]]
    let empty = try statistics(keys, excluding: .equalIDs(rows: [7, 8], keys: [7, 7]))
    let far = try statistics(keys, logWeights: [-1000, -1000])
    var merged = isFirst ? empty : far
    try merged.merge(isFirst ? far : empty)
    #expect(merged.logSumExp(exponent: 0)[0] == far.logSumExp(exponent: 0)[0])
    #expect(merged.means(exponent: 0)[0] == far.means(exponent: 0)[0])
    // The other row has candidates in both, of which those without weights are all that counts.
    #expect(merged.logSumExp(exponent: 0)[1] == empty.logSumExp(exponent: 0)[1])
  }
}
