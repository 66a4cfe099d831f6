public import ContrastiveEmbeddings
internal import RealModule

/// The confluent hypergeometric limit function ₀F₁, on a logarithmic scale.
///
/// ```
/// ₀F₁(; b; x) = Σₖ xᵏ / (b (b+1) … (b+k−1) · k!)
///              = Γ(b) x^((1−b)/2) I_{b−1}(2√x)
/// ```
/// With b = d/2 it is the mean of exp(κ u·v) over the unit sphere of Rᵈ, at x = κ²/4: see
/// ``UniformSphere``. Its logarithm is wanted because it overflows a `Double` at κ ≈ 710, τ = 0.0014.
public enum Hypergeometric0F1 {
  /// Returns log ₀F₁(; b; x).
  ///
  /// Rounded about once: relative error 4e-16, also for tiny x, where the result is close to x/b.
  ///
  /// - Parameters:
  ///   - b: From 1e-200 to 2⁵³.
  ///   - x: A finite number, at least 0.
  /// - Throws: `ContrastiveError` if an argument is out of range.
  /// - Complexity: O(√x), about 10⁴ terms at most: beyond that O(1).
  /// - Source: [DLMF](https://dlmf.nist.gov/16.2), 16.2.1, and 10.39.9 for I.
  public static func logarithm(b: Double, x: Double) throws(ContrastiveError) -> Double {
    guard b >= 1e-200, b <= 0x1p53 else {
      throw .init(.b, .number(found: b, expected: .from(1e-200, to: 0x1p53)))
    }
    guard x >= 0, x.isFinite else {
      throw .init(.x, .number(found: x, expected: .notNegative))
    }
    let root = DoubleDouble.squareRoot(of: x)
    return logarithm(b: b, doubleRoot: root + root).high
  }

  /// log ₀F₁(; b; z²/4), z ≥ 0. From the series the absolute error is near 1e-16, so that z can be
  /// subtracted.
  ///
  /// The terms' peak is at k ≈ z²/2/(√(ν² + z²) + ν), ν = b − 1. Up to 8192 the series is summed;
  /// beyond, √(ν² + z²) ≥ 16384 and two terms of the asymptotic expansion suffice.
  static func logarithm(b: Double, doubleRoot z: DoubleDouble) -> DoubleDouble {
    let radius = Double.hypot(b - 1, z.high)
    return z.high * (z.high / (radius + b)) < 16384
      ? series(b: b, x: (z * z).scaled(byPowerOfTwo: -2))
      : DoubleDouble(sum: z.high, excess(b: b, z: z.high, radius: radius)) + DoubleDouble(z.low)
  }

  /// The power series. All terms are positive; the double-double sum makes the many factors of a
  /// term free, and powers of two are split off before anything overflows.
  private static func series(b: Double, x: DoubleDouble) -> DoubleDouble {
    var term = DoubleDouble(1)
    var tail = DoubleDouble(0)  // the sum without its first term, 1
    var exponent = 0  // both, and that 1, are scaled by 2^(−exponent)
    var index = 0.0
    // Before the peak no term is below tail/k; after it, one this small has a negligible rest.
    repeat {
      term = term * x / (DoubleDouble(sum: b, index) * DoubleDouble(index + 1))
      tail = tail + term
      index += 1
      if tail.high > 0x1p500 {
        term = term.scaled(byPowerOfTwo: -500)
        tail = tail.scaled(byPowerOfTwo: -500)
        exponent += 500
      }
    } while term.high > tail.high * 0x1p-70

    if exponent == 0, tail.high < 1 {
      return DoubleDouble(.log(onePlus: tail.high))
    }
    let sum = tail + DoubleDouble(1).scaled(byPowerOfTwo: -exponent)
    let significand = sum.scaled(byPowerOfTwo: -Int(sum.high.exponent))
    return DoubleDouble.log2 * DoubleDouble(Double(exponent + Int(sum.high.exponent)))
      + DoubleDouble(.log(significand.high))
  }

  /// log ₀F₁(; b; z²/4) − z for a large r = √(ν² + z²), ν = b − 1.
  ///
  /// Debye's expansion of I_ν(z) (DLMF 10.41.3). Its terms U_k(p)/ν^k, p = ν/r, are polynomials in
  /// p² over rᵏ: they serve for every ν, 0 included. The next one is below 0.08/r³ = 2e-14. The
  /// powers of z drop out, and r − z = ν²/(r + z) does not cancel.
  private static func excess(b: Double, z: Double, radius r: Double) -> Double {
    let order = b - 1
    let p2 = (order / r) * (order / r)
    let u1 = (3 - 5 * p2) / 24
    let u2 = (81 + p2 * (-462 + p2 * 385)) / 1152
    let correction = Double.log(onePlus: (u1 + u2 / r) / r)
    guard order > 64 else {
      return Double.logGamma(b) + order * (order / (r + z)) - order * .log((order + r) / 2)
        - (.log(2 * .pi) + .log(r)) / 2 + correction
    }
    // Γ's ν log ν − ν cancels against the other terms; with Stirling's series it drops out. The next
    // term of that is 1/(1680 ν⁷) = 1e-16.
    let inverseSquare = 1 / (order * order)
    let stirling = (1 - (1 - inverseSquare * 2 / 7) * inverseSquare / 30) / (12 * order)
    let rise = z / (r + order)  // (r − ν)/z
    return -order * (1 + rise) / (1 + r / z) - order * .log(onePlus: rise * (z / order) / 2)
      - .log(r / order) / 2 + stirling + correction
  }
}
