import CContrastiveKernels

/// Σ exp(u) and Σ u·exp(u) per row, and Σ b·exp(u) where candidates carry a bias b.
package struct ExponentialSums: Sendable, Equatable {
  package var sum: [Double]
  package var weighted: [Double]

  /// Empty unless candidates carry a bias.
  package var biased: [Double]

  package init(rowCount: Int, biased isBiased: Bool = false) {
    sum = Array(repeating: 0, count: rowCount)
    weighted = sum
    biased = isBiased ? sum : []
  }

  /// Adds the sums of as many rows, or of the first.
  package mutating func add(_ other: ExponentialSums) {
    precondition(biased.isEmpty == other.biased.isEmpty, "sums with and without a bias")
    for row in other.sum.indices {
      sum[row] += other.sum[row]
      weighted[row] += other.weighted[row]
    }
    for row in other.biased.indices { biased[row] += other.biased[row] }
  }

  /// Calls `body` with the addresses of the sums from `offset` on.
  @unsafe mutating func withPointers<Result>(
    from offset: Int = 0, _ body: (contrastive_sums) -> Result
  ) -> Result {
    let isBiased = !biased.isEmpty
    return unsafe sum.withUnsafeMutableBufferPointer { sum in
      unsafe weighted.withUnsafeMutableBufferPointer { weighted in
        unsafe biased.withUnsafeMutableBufferPointer { biased in
          unsafe body(
            contrastive_sums(
              sum: sum.baseAddress.map { unsafe $0 + offset },
              weighted: weighted.baseAddress.map { unsafe $0 + offset },
              biased: isBiased ? biased.baseAddress.map { unsafe $0 + offset } : nil))
        }
      }
    }
  }
}
