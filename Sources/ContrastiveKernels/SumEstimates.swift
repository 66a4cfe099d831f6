import CContrastiveKernels

/// Rows' largest elements, and sums of exponentials relative to them, from below.
package struct SumEstimates: Sendable {
  /// The largest element; −∞ before there is one.
  package private(set) var reference: [Double]

  /// Σ exp(exponent · (x − reference)), without some of the small ones.
  package private(set) var sum: [Double]

  package init(rowCount: Int) {
    reference = Array(repeating: -Double.infinity, count: rowCount)
    sum = Array(repeating: 0, count: rowCount)
  }

  /// Adds a tile's elements, of the exponentials those above exp(least) of the largest so far.
  package mutating func add<Scalar: EmbeddingScalar>(
    _ tile: Block<Scalar>, exponent: Double, least: Double, on isa: InstructionSet
  ) {
    precondition(reference.count >= tile.rowCount, "one estimate per row")
    unsafe Scalar.kernels(on: isa).pointee.estimateSums(
      tile.source, exponent, least, &reference, &sum)
  }
}
