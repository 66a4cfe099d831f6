import Contrastive

/// How many of a query's cosines lie where, for every query: of those that are not held one by one.
struct RestHistogram: Sendable {
  /// How many bins at the most.
  static let largestCount = 64

  /// Bins that are counted in first: the shown ones are runs of these, over the range that is occupied.
  private static let fineCount = 512

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
    try Similarity.cosine.forEachTile(queries, keys) { rows, columns, tile in
      for (place, row) in rows.enumerated() {
        let (cosines, offset) = (tile.row(place), row * fineCount)
        var left = lists[row].drop { $0 < columns.lowerBound }
        for c in cosines.indices {
          if left.first == columns.lowerBound + c {
            left = left.dropFirst()
            continue
          }
          // Rounding may bring a cosine a little beyond 1.
          let bin = Int((cosines[c] + 1) * Float(fineCount / 2))
          fine[offset + min(max(bin, 0), fineCount - 1)] += 1
        }
      }
    }
    let occupied = (0..<fineCount).filter { bin in
      stride(from: bin, to: fine.count, by: fineCount).contains { fine[$0] > 0 }
    }
    let range = (occupied.first ?? 0)..<((occupied.last ?? 0) + 1)
    let run = (range.count + Self.largestCount - 1) / Self.largestCount
    count = (range.count + run - 1) / run
    start = Double(2 * range.lowerBound) / Double(fineCount) - 1
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
