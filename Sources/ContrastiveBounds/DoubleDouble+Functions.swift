import RealModule

extension DoubleDouble {
  /// Returns `√x`.
  static func squareRoot(of x: Double) -> Self {
    let root = Double.sqrt(x)
    guard root > 0, root.isFinite else { return Self(root) }
    return Self(sum: root, x.addingProduct(-root, root) / (2 * root))
  }

  /// Returns `count · e^(−self)` for a non-negative value, infinity included.
  ///
  /// e^(−x/2) is multiplied in twice, so that a count of 65536 lifts a result out of the subnormal
  /// range before digits are lost there. The low part δ enters as e^(−δ) = 1 − δ: |δ| < 1e-13.
  func negatedExponential(times count: Double) -> Double {
    let half = Double.exp(-high / 2)
    return count * half * half * (1 - low)
  }

  /// Returns `1 − cos φ` for an angle from 0 to π.
  ///
  /// The power series: it keeps all relative digits near 0, and at π, where its terms reach 4.9
  /// for a result of 2, it loses one bit of 106.
  static func versedSine(_ angle: Self) -> Self {
    let square = angle * angle
    var term = square / Self(2)
    var sum = term
    var index = 2.0
    while Swift.abs(term.high) > sum.high * 0x1p-110 {
      term = -(term * square / Self((index + 1) * (index + 2)))
      sum = sum + term
      index += 2
    }
    return sum
  }
}
