import Foundation

/// A number and its derivative along one direction: a + b·ε with ε² = 0.
///
/// Plain loops over duals give a loss and, exactly to rounding, its derivative, with no formula of
/// the library's, nor a step of a finite difference, in it.
public struct Dual: Sendable {
  public var value: Double
  public var slope: Double

  public init(_ value: Double, slope: Double = 0) {
    self.value = value
    self.slope = slope
  }

  public static func + (a: Dual, b: Dual) -> Dual {
    Dual(a.value + b.value, slope: a.slope + b.slope)
  }

  public static func - (a: Dual, b: Dual) -> Dual {
    Dual(a.value - b.value, slope: a.slope - b.slope)
  }

  public static func * (a: Dual, b: Dual) -> Dual {
    Dual(a.value * b.value, slope: a.value * b.slope + a.slope * b.value)
  }

  public static func / (a: Dual, b: Dual) -> Dual {
    let quotient = a.value / b.value
    return Dual(quotient, slope: (a.slope - quotient * b.slope) / b.value)
  }

  public static func += (a: inout Dual, b: Dual) { a = a + b }

  public static func exp(_ x: Dual) -> Dual {
    let value = Foundation.exp(x.value)
    return Dual(value, slope: value * x.slope)
  }

  public static func log(_ x: Dual) -> Dual {
    Dual(Foundation.log(x.value), slope: x.slope / x.value)
  }

  public static func log(onePlus x: Dual) -> Dual {
    Dual(log1p(x.value), slope: x.slope / (1 + x.value))
  }

  public static func sqrt(_ x: Dual) -> Dual {
    let root = x.value.squareRoot()
    return Dual(root, slope: x.slope / (2 * root))
  }

  public static func max(_ a: Dual, _ b: Dual) -> Dual { a.value >= b.value ? a : b }
}

extension Dual: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}
