import Foundation

extension Double {
  /// The number with at most so many significant digits, for a sentence.
  func text(digits: Int) -> String { String(format: "%.\(digits)g", self) }
}
