import Contrastive

/// How many of a query's cosines lie where, for every query: of those that are not held one by one, in bins over the
/// range of all.
struct RestHistogram: Sendable {
  /// How many bins at the most.
  static let largestCount = 64

  /// Bins that are counted in first: the shown ones are runs of these, over the range that is occupied.
  private static let fineCount = 512

  /// The fewest of them that are shown: of equal cosines there is otherwise but one.
  private static let smallestRange = 32

  /// The lower end of the first bin.
  let start: Double

  /// The width of a bin.
  let width: Double

  /// How many bins there are.
  let count: Int

  /// The counts, query after query.
  let counts: [UInt32]

  /// Counts cosines.
  ///
  /// - Parameter lists: Columns that are left out, for every query in ascending order.
  /// - Complexity: One product, tile by tile.
  init(
    queries: UnitRows<Float>, keys: RowSource<Float>, without lists: [[Int]]
  ) throws(ContrastiveError) {
    let fineCount = Self.fineCount
    var fine = [UInt32](repeating: 0, count: queries.rowCount * fineCount)
    var isOccupied = [Bool](repeating: false, count: fineCount)
    try Similarity.cosine.forEachTile(queries, keys) { rows, columns, tile in
      for (place, row) in rows.enumerated() {
        let cosines = tile.row(place)
        let offset = row * fineCount
        var left = lists[row].drop { $0 < columns.lowerBound }
        for c in cosines.indices {
          // Rounding may bring a cosine a little beyond 1.
          let bin = min(max(Int((cosines[c] + 1) * Float(fineCount / 2)), 0), fineCount - 1)
          isOccupied[bin] = true
          if left.first == columns.lowerBound + c {
            left = left.dropFirst()
          } else {
            fine[offset + bin] += 1
          }
        }
      }
    }
    let (first, last) = (isOccupied.firstIndex(of: true) ?? 0, isOccupied.lastIndex(of: true) ?? 0)
    let missing = max(0, Self.smallestRange - (last + 1 - first))
    let start = min(max(0, first - missing / 2), fineCount - Self.smallestRange)
    let range = start..<max(last + 1, start + Self.smallestRange)
    let run = (range.count + Self.largestCount - 1) / Self.largestCount
    count = (range.count + run - 1) / run
    self.start = Double(2 * range.lowerBound) / Double(fineCount) - 1
    width = Double(2 * run) / Double(fineCount)
    var counts = [UInt32](repeating: 0, count: queries.rowCount * count)
    for row in 0..<queries.rowCount {
      for bin in range {
        counts[row * count + (bin - range.lowerBound) / run] += fine[row * fineCount + bin]
      }
    }
    self.counts = counts
  }
}
