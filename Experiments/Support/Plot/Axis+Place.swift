import Foundation

extension Axis {
  /// How far along the axis a value is if it goes from end to end of a range: 0 to 1, and beyond outside.
  func share(of value: Double, in range: ClosedRange<Double>) -> Double {
    isLogarithmic
      ? log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
      : (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}
