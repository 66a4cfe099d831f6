import Contrastive
import ContrastiveKernels
import ContrastiveTraining

/// Every query beside its own key and its hardest negatives.
struct Neighbors: Sendable {
  /// The cosine of every query with its own key.
  private(set) var positives: [Double] = []

  /// At which rank its own key is.
  private(set) var ranks: [Double] = []

  /// How many negatives are above its own key, ties apart.
  private(set) var aboveCounts: [Int] = []

  /// Its nearest other keys, the nearest first; keys of its id are left out.
  private(set) var hardest: [[TopCandidates.Candidate]] = []

  /// Where the cosines of all queries with all their negatives lie, in bins from −1 to 1.
  private(set) var negatives: [Int64] = []

  var rowCount: Int { positives.count }

  /// Enough that each of two threads has a few tiles of many rows.
  private static let blockSize = 4096

  static let binCount = 400

  /// Searches the keys for every query, until all are done or somebody wants it to end.
  ///
  /// - Parameter count: How many of the hardest negatives to keep.
  /// - Complexity: 2N²d flops and N² exponentials; memory for `count` keys a query and for tiles.
  init(
    queries: RowSource<Float>, keys: RowSource<Float>, ids: [Int]?, count: Int,
    progress: ProgressLine, isInterrupted: () -> Bool = { Interruption.isRequested }
  ) throws(ContrastiveError) {
    // Once, with the rows' own numbers; below they are looked at again block by block.
    _ = try AnyEmbeddings(queries, named: .queries)
    _ = try AnyEmbeddings(keys, named: .keys)
    negatives = Array(repeating: 0, count: Self.binCount)
    progress.update("neighbours", 0, of: queries.rowCount, "queries")
    for start in stride(from: 0, to: queries.rowCount, by: Self.blockSize) {
      guard !isInterrupted() else { break }
      let block = start..<min(start + Self.blockSize, queries.rowCount)
      let exclusion: Exclusion =
        ids.map { .equalIDs(rows: Array($0[block]), keys: $0) } ?? .none
      let candidates = try Candidates(keys, positives: Array(block), excluding: exclusion)
      let rows = queries.rows(block)
      let statistics = try candidates.statistics(
        of: rows, scales: [1], keeping: StatisticsDetail(topCount: count, binCount: Self.binCount))
      let own = try rows.matrix.normalized().matrix.block
      positives += own.dots(with: try keys.rows(block).matrix.normalized().matrix.block)
      ranks += statistics.positiveRanks ?? []
      aboveCounts += statistics.ranks?.above.map { Int($0) } ?? []
      hardest += statistics.top?.rows ?? block.map { _ in [] }
      for (bin, value) in (statistics.histogram?.counts ?? []).enumerated() {
        negatives[bin] += value
      }
      progress.update("neighbours", block.upperBound, of: queries.rowCount, "queries")
    }
  }

  /// How many of the hardest negatives of a query are looked at for false ones.
  static let suspectedCount = 16

  /// Two rows, each of whose queries is nearer to the other's key than to its own, and has it among its hardest
  /// negatives: they may well belong together.
  struct Twins: Hashable, Sendable {
    let first: Int
    let second: Int

    /// The two cosines' mean.
    let cosine: Double
  }

  /// Pairs that may belong together; the nearest first.
  ///
  /// They are the same however many further negatives were searched for.
  var twins: [Twins] {
    var found: [Twins] = []
    for (row, candidates) in hardest.enumerated() {
      for candidate in candidates.prefix(Self.suspectedCount) where candidate.logit > positives[row]
      {
        let other = candidate.column
        guard other > row, other < rowCount,
          let back = hardest[other].prefix(Self.suspectedCount).first(where: { $0.column == row }),
          back.logit > positives[other]
        else { continue }
        found.append(
          Twins(first: row, second: other, cosine: (candidate.logit + back.logit) / 2))
      }
    }
    return found.sorted { ($0.cosine, $1.first) > ($1.cosine, $0.first) }
  }

  /// The queries that have negatives above their own key, those whose hardest is farthest above it first.
  var worst: [Int] {
    let leads = positives.indices.filter { aboveCounts[$0] > 0 }.map { row in
      (row: row, lead: (hardest[row].first?.logit ?? -2) - positives[row])
    }
    return leads.sorted { ($0.lead, $1.row) > ($1.lead, $0.row) }.map(\.row)
  }

  /// The share of queries whose own key is among the k nearest.
  func recall(at k: Int) -> Double {
    Double(ranks.count { $0 <= Double(k) }) / Double(max(1, ranks.count))
  }
}
