import ContrastiveKernels

/// Of some rows, the exponentials that were left out of a gradient, or taken from approximate logits.
struct DroppedSums: Sendable {
  /// No less than their sum, relative to the present shifts.
  var bounds: [Double]

  /// The sum of those from approximate logits, as the approximations have it.
  var approximate: [Double]

  init(rowCount: Int) {
    bounds = Array(repeating: 0, count: rowCount)
    approximate = bounds
  }

  /// Brings both to other shifts.
  mutating func multiply(by factors: [Double]) {
    for row in factors.indices {
      bounds[row] *= factors[row]
      approximate[row] *= factors[row]
    }
  }

  mutating func add(_ sums: ExponentialSums, bounds added: [Double]) {
    for row in added.indices {
      bounds[row] += added[row]
      approximate[row] += sums.sum[row]
    }
  }
}

/// How much of a softmax is little enough to be left out.
struct Significance: Sendable {
  /// Half an ε of the scalar.
  private let rounding: Double
  private let smallest: Double
  private let scales: RowScales
  private let firstRow: Int

  init<Scalar>(of block: RowBlock<Scalar>) {
    rounding = Double(Scalar.ulpOfOne) / 2
    smallest = Double(Scalar.leastNormalMagnitude)
    scales = block.problem.scales
    firstRow = block.range.lowerBound
  }

  /// Of every row, the least exponential that the sum so far does not round away. The sum only
  /// grows, so that nothing that matters in the end is below.
  func least(of sums: [Double]) -> [Double] { sums.map { max($0 * rounding, smallest) } }

  /// Of every row, half an ε of its complete sum.
  func roundings(of sums: [Double]) -> [Double] { sums.map { $0 * rounding } }

  /// The share of a row's sum that may be left out of its gradient: 2·ε·s, as much as the rounding of the
  /// logits makes of it.
  func droppableShare(ofRow row: Int) -> Double { 4 * rounding * scales[firstRow + row] }
}
