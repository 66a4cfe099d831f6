import Foundation

extension Double {
  /// The number with at most so many significant digits, for a sentence.
  func text(digits: Int) -> String { String(format: "%.\(digits)g", unsignedZero) }

  /// The number with exactly so many digits behind the point, and no sign of a 0.
  func text(decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", self)
    // A small negative number may round to −0.000.
    return Double(text) == 0 ? text.replacing("-", with: "") : text
  }

  /// The number with so many digits behind the point, or as many more as show that it is not 0.
  ///
  /// Below 1e-12 it is taken for the rounding error of a 0: a mean of thousands has no smaller ones.
  func signedText(decimals: Int) -> String {
    let digits = abs(self) < 1e-12 ? decimals : max(decimals, 12)
    let shown = (decimals...digits).first { Double(text(decimals: $0)) != 0 }
    return text(decimals: shown ?? decimals)
  }

  /// How many significant digits it takes, from some on, to tell the numbers of every pair apart; 8 at the most.
  static func digits(tellingApart pairs: [(Double, Double)], from least: Int) -> Int {
    (least...8).first { digits in
      pairs.allSatisfy { $0 == $1 || $0.text(digits: digits) != $1.text(digits: digits) }
    } ?? 8
  }

  /// The number as a cell of a column of counts or ranks, of which only halves and means have a point.
  var wholeIfExact: any JSONRepresentable {
    if let whole = Int(exactly: self) { return whole }
    return self
  }

  /// The number, or 0 for −0, which is a result's sign of nothing.
  var unsignedZero: Double { self == 0 ? 0 : self }
}
