import Foundation

extension Double {
  /// The number with at most so many significant digits, for a sentence.
  func text(digits: Int) -> String { String(format: "%.\(digits)g", unsignedZero) }

  /// The number, or 0 for −0, which is a result's sign of nothing.
  var unsignedZero: Double { self == 0 ? 0 : self }
}
