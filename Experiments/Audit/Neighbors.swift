import Contrastive
import ContrastiveKernels
import ContrastiveTraining
import Synchronization

/// Every query beside its own key and its hardest negatives.
struct Neighbors: Sendable {
  /// The cosine of every query with its own key.
  private(set) var positives: [Double] = []

  /// The same with the nearest key of its id, its own where there are no ids.
  private(set) var nearest: [Double] = []

  /// At which rank its own key is.
  private(set) var ranks: [Double] = []

  /// How many negatives are above its own key, ties apart.
  private(set) var aboveCounts: [Int] = []

  /// Its nearest other keys, the nearest first; keys of its id are left out.
  private(set) var hardest: [[TopCandidates.Candidate]] = []

  /// How many negatives each rule leaves out of every query's.
  private(set) var removedCounts: [[Int]]

  /// Where the cosines of all queries with all their negatives lie, in bins from −1 to 1.
  private(set) var negatives = [Int64](repeating: 0, count: Self.binCount)

  let keyCount: Int

  /// By how much cosines may differ that are equal.
  let rounding: Double

  var rowCount: Int { positives.count }

  /// After so many queries others hear of it. Enough that each thread has several blocks.
  private static let chunkSize = 4096

  static let binCount = 400

  /// Searches the keys for every query, until all are done or somebody wants it to end.
  ///
  /// - Parameters:
  ///   - count: How many of the hardest negatives to keep.
  ///   - rules: Rules by margins, to be counted on the way.
  /// - Complexity: 2N²d flops; memory for the unit keys, `count` keys a query and tiles.
  init(
    queries: RowSource<Float>, keys: RowSource<Float>, ids: [Int]?, count: Int,
    rules: [MaskingRule] = [], progress: ProgressLine,
    isInterrupted: () -> Bool = { Interruption.isRequested }
  ) throws(ContrastiveError) {
    _ = try AnyEmbeddings(queries, named: .queries)
    _ = try AnyEmbeddings(keys, named: .keys)
    keyCount = keys.rowCount
    removedCounts = rules.map { _ in [] }
    let tiles = try CosineTiles(rows: queries, columns: keys)
    let groups = ids.map { LabelGroups($0) }
    let rounding = Float.dotRounding(dimension: queries.columnCount)
    self.rounding = rounding
    progress.update("neighbours", 0, of: queries.rowCount, "queries")
    for start in stride(from: 0, to: queries.rowCount, by: Self.chunkSize) {
      guard !isInterrupted() else { break }
      let chunk = start..<min(start + Self.chunkSize, queries.rowCount)
      let own = tiles.ownCosines(ofRows: chunk)
      let found = Mutex<[NeighborBlock]>([])
      tiles.forEachBlock(of: chunk) { rows, forEachTile in
        var block = NeighborBlock(
          rows: rows, positives: Array(own[rows.lowerBound - start..<rows.upperBound - start]),
          rules: rules, count: count, rounding: rounding)
        forEachTile { columns, tile in block.add(tile, columns: columns, groups: groups) }
        found.withLock { $0.append(block) }
      }
      positives += own
      for block in found.withLock({ $0 }).sorted(by: { $0.rows.lowerBound < $1.rows.lowerBound }) {
        append(block)
      }
      progress.update("neighbours", chunk.upperBound, of: queries.rowCount, "queries")
    }
  }

  private mutating func append(_ block: NeighborBlock) {
    nearest += block.nearest
    ranks += block.ranks
    aboveCounts += block.aboveCounts
    hardest += block.top.rows
    for (rule, counts) in block.removedCounts.enumerated() { removedCounts[rule] += counts }
    for (bin, value) in block.histogram.enumerated() { negatives[bin] += value }
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
      for candidate in candidates.prefix(Self.suspectedCount)
      where candidate.logit > positives[row] + rounding {
        let other = candidate.column
        guard other > row, other < rowCount,
          let back = hardest[other].prefix(Self.suspectedCount).first(where: { $0.column == row }),
          back.logit > positives[other] + rounding
        else { continue }
        found.append(
          Twins(first: row, second: other, cosine: (candidate.logit + back.logit) / 2))
      }
    }
    return found.sorted { ($0.cosine, $1.first) > ($1.cosine, $0.first) }
  }

  /// Whether the nearest key of all is of a query's id, or its own where there are no ids; where a negative is as near, it
  /// is none.
  func isAnswered(_ row: Int) -> Bool {
    (hardest[row].first?.logit ?? -.infinity) < nearest[row] - rounding
  }

  /// How many queries have no negative nearer than the right key, and one as near.
  var tiedCount: Int {
    nearest.indices.count { row in
      let hardest = hardest[row].first?.logit ?? -.infinity
      return !isAnswered(row) && hardest <= nearest[row] + rounding
    }
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
