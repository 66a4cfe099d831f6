import Contrastive
import ContrastiveKernels
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Statistics of a sweep")
struct SweepStatisticsTests {
  @Test("of keys in blocks, in any order, is that of all keys", arguments: 1...5)
  func blocks(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let scales = SweepTests.temperatures.map(\.scale)
    var whole = try Candidates(ownPositives: SweepTests.positives)
    try whole.add(SweepTests.shared)
    let detail = StatisticsDetail(topCount: 4, binCount: 20)
    let expected = try whole.statistics(of: SweepTests.queries, scales: scales, keeping: detail)

    var ends = Set(
      (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Int.random(in: 1..<53, using: &random)
      })
    ends.insert(53)
    var blocks: [Range<Int>] = []
    for end in ends.sorted() { blocks.append((blocks.last?.upperBound ?? 0)..<end) }
    blocks.shuffle(using: &random)
    var merged: RowStatistics?
    for block in blocks {
      var candidates = try Candidates(ownPositives: SweepTests.positives)
      try candidates.add(SweepTests.shared.rows(block))
      var detail = detail
      detail.firstColumn = block.lowerBound
      let next = try candidates.statistics(of: SweepTests.queries, scales: scales, keeping: detail)
      if merged == nil { merged = next } else { try merged?.merge(next) }
    }
    let actual = try #require(merged)
    #expect(actual.counts == expected.counts && actual.positiveRanks == expected.positiveRanks)
    for t in scales.indices {
      // Sums of positive terms by another order: 53 roundings, and those of the rescaling.
      for (a, b) in zip(actual.logSumExp(exponent: t), expected.logSumExp(exponent: t)) {
        #expect(abs(a - b) <= 1e-13 * max(1, abs(b)))
      }
      for (a, b) in zip(actual.means(exponent: t), expected.means(exponent: t)) {
        #expect(abs(a - b) <= 1e-13 * max(1, abs(b)))
      }
    }
    for (a, b) in zip(actual.totals, expected.totals) { #expect(abs(a - b) <= 1e-13) }
    #expect(actual.histogram == expected.histogram)
    #expect(actual.top == expected.top)
  }

  @Test("keeps the hardest negatives and a histogram on demand", arguments: 1...2)
  func detail(threads: Int) throws {
    let candidates = try Candidates(SweepTests.positives)
    let cosines = try Similarity.cosine.matrix(SweepTests.queries, SweepTests.positives)
    for tile in [(3, 5), (64, 512)] {
      let statistics = try candidates.statistics(
        of: SweepTests.queries, scales: [1], keeping: StatisticsDetail(topCount: 5, binCount: 8),
        options: ComputeOptions(
          tileRows: tile.0, tileColumns: tile.1, threads: threads, isa: .best))
      let top = try #require(statistics.top)
      var counts = Array(repeating: Int64(0), count: 8)
      for row in 0..<37 {
        let negatives = (0..<37).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
        #expect(top.rows[row].map(\.column) == Array(negatives.prefix(5)))
        for (candidate, column) in zip(top.rows[row], negatives) {
          #expect(abs(candidate.logit - cosines[row, column]) <= 1e-15)
        }
        for column in negatives { counts[min(7, Int((cosines[row, column] + 1) * 4))] += 1 }
      }
      #expect(statistics.histogram?.counts == counts)
    }
  }
}
