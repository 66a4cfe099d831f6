import Foundation

/// A number as a paper or an article prints it, to hold a computed one against.
struct PrintedNumber: Hashable, Sendable {
  let text: String

  /// NaN, which agrees with nothing, if the text is no number.
  let value: Double

  init(_ text: String) {
    self.text = text
    value = Double(text) ?? .nan
  }

  /// Whether a computed number is the printed one to its printed digits.
  ///
  /// Half a unit of the last digit may be missing. Where a source prints all 16 or 17 digits of a
  /// `Double`, the last ones are its own rounding errors: a few units in the last place.
  func agrees(with computed: Double) -> Bool {
    abs(computed - value) <= max(lastDigitUnit / 2, 8 * value.ulp)
  }

  /// The value of a 1 in the place of the last digit.
  var lastDigitUnit: Double {
    let parts = text.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let fraction = parts.first?.split(separator: ".").dropFirst().first?.count ?? 0
    return pow(10, Double(exponent - fraction))
  }
}

extension PrintedNumber: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self.init(text) }
}

extension PrintedNumber: JSONRepresentable {
  var json: JSON { .string(text) }
}
