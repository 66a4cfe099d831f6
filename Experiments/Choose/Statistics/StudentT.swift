import Foundation

/// Student's t distribution of a whole number of degrees of freedom.
enum StudentT {
  /// The number that |t| stays below with a probability.
  ///
  /// - Parameters:
  ///   - probability: Above 0 and below 1: 0.95 for the interval of that confidence.
  ///   - degrees: Degrees of freedom, at least 1.
  static func quantile(twoSided probability: Double, degrees: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    while self.probability(within: high, degrees: degrees) < probability { high *= 2 }
    // Halving ends at neighbouring numbers.
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return high }
      if self.probability(within: middle, degrees: degrees) < probability {
        low = middle
      } else {
        high = middle
      }
    }
  }

  /// P(|t| ≤ x), by the finite series in θ = atan(x/√ν).
  ///
  /// - Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4.
  static func probability(within x: Double, degrees: Int) -> Double {
    let angle = atan(x / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = !degrees.isMultiple(of: 2)
    // Odd: cos θ + 2/3 cos³θ + 2·4/(3·5) cos⁵θ + …; even: 1 + 1/2 cos²θ + 1·3/(2·4) cos⁴θ + …
    var (term, sum) = (isOdd ? cosine : 1, 0.0)
    var factor = isOdd ? 2.0 : 1.0
    while factor <= Double(degrees) - 1 {
      sum += term
      term *= factor / (factor + 1) * cosine * cosine
      factor += 2
    }
    return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
  }
}
