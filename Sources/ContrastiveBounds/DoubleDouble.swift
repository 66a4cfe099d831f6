/// An unevaluated sum of two doubles, about 106 bits.
///
/// Two places here need more than a `Double`. An exponent x in e^(−x) passes its absolute error on as
/// relative error: at x = 700, where the result is still a normal number, two rounded operations
/// already cost 1.6e-13. And −1/τ + log ₀F₁ cancels all but its last digits when τ is small.
///
/// No operation handles infinite intermediate values beyond what its comment says; arguments here
/// are far from overflow.
struct DoubleDouble {
  let high: Double
  let low: Double

  static let log2 = Self(high: 0x1.62e42fefa39efp-1, low: 0x1.abc9e3b39803fp-56)
  static let pi = Self(high: 0x1.921fb54442d18p1, low: 0x1.1a62633145c07p-53)

  init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }

  init(_ value: Double) {
    self.init(high: value, low: 0)
  }

  /// Creates the exact sum of two doubles (Knuth's TwoSum).
  init(sum a: Double, _ b: Double) {
    high = a + b
    let bShare = high - a
    low = (a - (high - bShare)) + (b - bShare)
  }

  /// Creates the exact product of two doubles.
  init(product a: Double, _ b: Double) {
    high = a * b
    low = (-high).addingProduct(a, b)
  }

  /// Creates the sum of a leading part and a correction that is no larger (Dekker's FastTwoSum).
  private init(leading: Double, correction: Double) {
    high = leading + correction
    low = correction - (high - leading)
  }
}

extension DoubleDouble {
  static func + (a: Self, b: Self) -> Self {
    let sum = Self(sum: a.high, b.high)
    return Self(leading: sum.high, correction: sum.low + (a.low + b.low))
  }

  static prefix func - (a: Self) -> Self {
    Self(high: -a.high, low: -a.low)
  }

  static func - (a: Self, b: Self) -> Self {
    a + -b
  }

  static func * (a: Self, b: Self) -> Self {
    let product = Self(product: a.high, b.high)
    return Self(
      leading: product.high, correction: product.low + (a.high * b.low + a.low * b.high))
  }

  /// The quotient, or a plain infinity where it overflows.
  static func / (a: Self, b: Self) -> Self {
    let estimate = a.high / b.high
    guard estimate.isFinite else { return Self(estimate) }
    let rest = a - b * Self(estimate)
    return Self(leading: estimate, correction: rest.high / b.high)
  }

  /// Returns the product with a power of two, which is exact.
  func scaled(byPowerOfTwo exponent: Int) -> Self {
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    return Self(high: high * factor, low: low * factor)
  }
}
