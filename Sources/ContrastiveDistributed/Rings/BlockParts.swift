/// Ranks' blocks of rows cut into parts, which go round one after another: what a rank holds of others' rows is as large
/// as a part, and not as a block.
struct BlockParts {
  private let shards: Shards

  /// How many parts there are, of every block: some of a short one are empty.
  let count: Int

  /// - Parameter rowCount: How many rows a part may have.
  init(_ shards: Shards, rowCount: Int) {
    self.shards = shards
    let longest = shards.counts.max() ?? 0
    // Alone a rank sends nothing.
    count = shards.counts.count == 1 ? 1 : max(1, (longest + rowCount - 1) / rowCount)
  }

  /// Which of a rank's rows a part is.
  func range(_ part: Int, of rank: Int) -> Range<Int> {
    let rows = shards.counts[rank]
    return rows * part / count..<rows * (part + 1) / count
  }

  /// The ranks' rows of a part.
  func rows(_ part: Int) -> Shards {
    Shards(
      counts: shards.counts.indices.map { range(part, of: $0).count }, rank: shards.rank)
  }
}
