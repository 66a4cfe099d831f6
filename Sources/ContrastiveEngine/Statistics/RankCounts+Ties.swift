package import ContrastiveKernels

extension RankCounts {
  /// Counts against the positives' logits, within a margin of which a negative is tied.
  package init(around logits: [Double], margins: [Double]) {
    self.init(
      low: zip(logits, margins).map { $0 - $1 }, high: zip(logits, margins).map { $0 + $1 })
  }

  /// Counts against the positives' logits scale · cos, of rows of some dimension.
  ///
  /// Two cosines that are equal may differ by their roundings: a positive's is summed in lanes, a
  /// negative's by GEMM, in an order that is the BLAS kernel's affair. (In a collapsed model all
  /// rows err the same way: too narrow an interval would give it a perfect score.)
  ///
  /// - Parameter rounding: What cosines may be off besides.
  package init<Scalar: EmbeddingScalar>(
    around logits: [Double], scales: RowScales, dimension: Int, rounding: Double = 0,
    as scalar: Scalar.Type
  ) {
    let margin = Scalar.dotRounding(dimension: dimension) + rounding
    self.init(around: logits, margins: logits.indices.map { margin * scales[$0] })
  }
}

extension EmbeddingScalar {
  /// By how much two inner products of unit rows may differ that would be equal without rounding.
  ///
  /// Two orders of d additions differ by a random walk: √d units of 1's last place, and 4 at least.
  package static func dotRounding(dimension: Int) -> Double {
    max(4, Double(dimension).squareRoot()) * Double(ulpOfOne)
  }
}
