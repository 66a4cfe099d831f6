import Foundation

/// A softmax to some 35 digits, to tell which of a `Double`'s printed digits are right.
enum DecimalSoftmax {
  /// The probabilities, exp((rᵢ − max r)/T) over their sum.
  ///
  /// - Parameters:
  ///   - logits: As near to each other as a hundred temperatures: `Decimal` ends at 1e127.
  ///   - temperature: Positive, taken to be the decimal that it is printed as.
  static func probabilities(of logits: [Double], temperature: Double) -> [Decimal] {
    let logits = logits.map(decimal)
    let temperature = decimal(temperature)
    let largest = logits.max() ?? 0
    let powers = logits.map { exponential(($0 - largest) / temperature) }
    // A quotient has 38 digits behind the point, and a product 38 that count.
    let inverse = 1 / powers.reduce(0, +)
    return powers.map { $0 * inverse }
  }

  private static func decimal(_ number: Double) -> Decimal { Decimal(string: "\(number)") ?? .nan }

  /// exp(x) by its series near 0, and squares from there.
  private static func exponential(_ x: Decimal) -> Decimal {
    if abs(x) > 0.5 {
      let root = exponential(x / 2)
      return root * root
    }
    var (term, sum): (Decimal, Decimal) = (1, 1)
    // 0.5³⁰/30! is 4e-42. A product that is too small for `Decimal` traps.
    for order in 1...30 where abs(term) > Decimal(sign: .plus, exponent: -45, significand: 1) {
      term *= x / Decimal(order)
      sum += term
    }
    return sum
  }
}

extension PrintedNumber {
  /// How far it is from a number, in units of its last printed digit: up to a half if all are right.
  func lastDigitError(from exact: Decimal) -> Double {
    guard let printed = Decimal(string: text) else { return .nan }
    return NSDecimalNumber(decimal: abs(printed - exact)).doubleValue / lastDigitUnit
  }
}
