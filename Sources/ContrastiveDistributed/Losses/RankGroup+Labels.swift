import ContrastiveEmbeddings

extension RankGroup {
  /// Returns the labels of all ranks' rows, in the order of the ranks.
  func allGather(
    labels: [Int], shards: Shards
  ) throws(ContrastiveError) -> [[Int]] {
    // Any 64 bits pass as a number that nothing computes with.
    try allGather(
      labels.map { Double(bitPattern: UInt64(bitPattern: Int64($0))) }, counts: shards.counts
    ).map { $0.map { Int(Int64(bitPattern: $0.bitPattern)) } }
  }
}
