import Contrastive
import ContrastiveKernels

/// What a search found so far of a block of queries, tile by tile.
struct NeighborBlock: Sendable {
  let rows: Range<Int>

  /// The hardest negatives of every query.
  private(set) var top: TopCandidates

  /// The greatest cosine of every query with a key of its id.
  private(set) var nearest: [Double]

  /// Of all negatives.
  private(set) var histogram = [Int64](repeating: 0, count: Neighbors.binCount)

  /// Against the positives first, and then by each rule.
  private var counts: [RankCounts?]

  /// - Parameter rounding: By how much cosines may differ that are equal.
  init(
    rows: Range<Int>, positives: [Double], rules: [MaskingRule], count: Int, rounding: Double
  ) {
    self.rows = rows
    nearest = positives
    top = TopCandidates(count: count, rowCount: rows.count)
    let own = RankCounts(
      low: positives.map { $0 - rounding }, high: positives.map { $0 + rounding })
    // What is equal to the limit stays, as in the losses.
    let limits = rules.map { rule in
      positives.map { (rule.limit(ofPositive: $0) ?? 2) + rounding }
    }
    counts = [own] + limits.map { RankCounts(low: $0, high: $0) }
  }

  /// Takes in a tile of cosines, and leaves −∞ in the place of those that are no negatives.
  mutating func add(_ tile: Block<Float>, columns: Range<Int>, groups: LabelGroups?) {
    for (r, row) in rows.enumerated() {
      if let groups {
        groups.forEachMember(ofRow: row, in: columns) {
          let column = $0 - columns.lowerBound
          nearest[r] = max(nearest[r], Double(tile[r, column]))
          tile[r, column] = -.infinity
        }
      } else if columns.contains(row) {
        tile[r, row - columns.lowerBound] = -.infinity
      }
    }
    var maxima = [Double](repeating: -.infinity, count: rows.count)
    for index in counts.indices { tile.updateMaximum(&maxima, counting: &counts[index]) }
    top.add(tile, fromColumn: columns.lowerBound, workspace: .shared)
    tile.addHistogram(to: &histogram, over: -1...1)
  }

  /// How many negatives are above each query's own key, ties apart.
  var aboveCounts: [Int] { counts[0]?.above.map { Int($0) } ?? [] }

  /// At which rank its own key is; of equal ones at their middle.
  var ranks: [Double] {
    counts[0].map { zip($0.above, $0.notBelow).map { 1 + Double($0 + $1) / 2 } } ?? []
  }

  /// How many negatives each rule leaves out.
  var removedCounts: [[Int]] {
    counts.dropFirst().map { $0?.above.map { Int($0) } ?? [] }
  }
}
