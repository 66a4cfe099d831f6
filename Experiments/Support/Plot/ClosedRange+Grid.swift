import Foundation

extension ClosedRange<Double> {
  /// Numbers from end to end, equally far apart.
  ///
  /// - Precondition: There are at least two.
  func grid(count: Int) -> [Double] {
    precondition(count > 1, "a grid has two ends")
    return (0..<count).map { step in
      // The last one exactly, not by rounding.
      step == count - 1
        ? upperBound
        : lowerBound + (upperBound - lowerBound) * Double(step) / Double(count - 1)
    }
  }

  /// Positive numbers from end to end, with equal ratios between them.
  ///
  /// - Precondition: There are at least two, and the range is above 0.
  func logarithmicGrid(count: Int) -> [Double] {
    precondition(lowerBound > 0, "there is no logarithm of 0")
    return (log(lowerBound)...log(upperBound)).grid(count: count).map(exp)
  }
}
