public import ContrastiveEmbeddings
import ContrastiveKernels

extension RankGroup {
  /// Returns the numbers of all ranks, in the order of the ranks.
  ///
  /// - Parameters:
  ///   - numbers: This rank's.
  ///   - counts: How many each rank has; `nil` if all have as many as this one.
  ///   - limit: How long a rank may be silent; the group's own without it.
  /// - Throws: `ContrastiveError` if a rank has left or is silent for longer than the limit.
  public func allGather(
    _ numbers: [Double], counts: [Int]? = nil, within limit: Duration? = nil
  ) throws(ContrastiveError) -> [[Double]] {
    let counts = counts ?? Array(repeating: numbers.count, count: count)
    precondition(
      counts.count == count && counts[rank] == numbers.count, "a count for every rank")
    var result = Array(repeating: [Double](), count: count)
    result[rank] = numbers
    // Around the ring, every rank handing on what it got last.
    for step in 0..<count - 1 {
      let (own, next) = (neighbor(-step), neighbor(-step - 1))
      let incoming = Block<Double>(rowCount: 1, columnCount: counts[next], zeroed: false)
      try exchange(
        RankMessage(Block(numbers: result[own])), to: neighbor(1),
        receiving: RankMessage(incoming), from: neighbor(-1)
      ).finish(within: limit ?? self.limit)
      result[next] = incoming.elements
    }
    return result
  }

  /// Returns the sums of all ranks' numbers, with the same bits on every rank.
  ///
  /// - Throws: As ``allGather(_:counts:within:)``.
  public func allReduce(_ numbers: [Double]) throws(ContrastiveError) -> [Double] {
    var sums = Array(repeating: 0.0, count: numbers.count)
    for part in try allGather(numbers) {
      for index in sums.indices { sums[index] += part[index] }
    }
    return sums
  }

  /// Waits until all ranks have come here.
  ///
  /// - Parameter limit: How long to wait for a rank at the most; `nil` for the group's limit.
  /// - Throws: As ``allGather(_:counts:within:)``.
  public func barrier(within limit: Duration? = nil) throws(ContrastiveError) {
    _ = try allGather([0], within: limit)
  }

  /// The rank so many places on, around the ring.
  func neighbor(_ distance: Int) -> Int { ((rank + distance) % count + count) % count }
}
