import CContrastiveKernels

/// How many elements of a row lie above an interval, and how many not below it.
package struct RankCounts: Sendable, Equatable {
  /// Where the intervals begin and end. Kernels round both to the scalar of their elements.
  package var low: [Double]
  package var high: [Double]
  package var above: [Int64]
  package var notBelow: [Int64]

  package init(low: [Double], high: [Double]) {
    precondition(low.count == high.count, "one interval per row")
    self.low = low
    self.high = high
    above = Array(repeating: 0, count: low.count)
    notBelow = above
  }

  /// The counts of some of the rows, from nothing.
  package subscript(rows: Range<Int>) -> RankCounts {
    RankCounts(low: Array(low[rows]), high: Array(high[rows]))
  }
}

extension RankCounts? {
  /// Whether there is an interval for each of the first rows, or nothing to count.
  func reaches(_ count: Int) -> Bool { self?.low.count ?? count >= count }

  /// Calls `body` with the addresses of the counts from `offset` on; without counts, with null ones.
  @unsafe mutating func withPointers<Result>(
    from offset: Int = 0, _ body: (contrastive_ranks) -> Result
  ) -> Result {
    unsafe self?.withPointers(from: offset, body) ?? body(contrastive_ranks())
  }
}

extension RankCounts {
  @unsafe fileprivate mutating func withPointers<Result>(
    from offset: Int, _ body: (contrastive_ranks) -> Result
  ) -> Result {
    precondition(
      offset >= 0 && offset <= low.count && high.count == low.count && above.count == low.count
        && notBelow.count == low.count, "counts out of range")
    return unsafe above.withUnsafeMutableBufferPointer { above in
      unsafe notBelow.withUnsafeMutableBufferPointer { notBelow in
        unsafe low.withUnsafeBufferPointer { low in
          unsafe high.withUnsafeBufferPointer { high in
            guard let low = low.baseAddress, let high = high.baseAddress,
              let above = above.baseAddress, let notBelow = notBelow.baseAddress
            else { return unsafe body(contrastive_ranks()) }
            return unsafe body(
              contrastive_ranks(
                low: low + offset, high: high + offset, above: above + offset,
                notBelow: notBelow + offset))
          }
        }
      }
    }
  }
}
