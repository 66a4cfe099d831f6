import ContrastiveKernels

/// By how much logits from sixteen-bit products may be off, of the pair of a row and a column where it is most.
///
/// What a logit is compared with is the exact product of the rows: see ``ComputeOptions/Products``.
public struct LogitError: Hashable, Sendable {
  /// The root mean square that independent roundings make: 8.9·10⁻⁶/τ of unit rows.
  public var expected: Double

  /// What no logit exceeds: √(6·d) times as much, 55 times at d = 512.
  public var bound: Double

  init(rows: IntegerExtent, columns: IntegerExtent, dimension: Int, scale: Double) {
    let (a, b) = (rows.step * columns.length, columns.step * rows.length)
    expected = scale * ((a * a + b * b) / 12).squareRoot()
    // A code is the nearest integer to a quotient that two roundings have moved by less than 2⁻⁷.
    let most = Double(dimension).squareRoot() * (0.5 + 0x1p-7)
    // The sum becomes a float, and is multiplied with two steps and the scale: four roundings, 2⁻²² of
    // it at the most.
    bound =
      scale
      * (most * (a + b) + most * most * rows.step * columns.step
        + 0x1p-22 * rows.length * columns.length)
  }

  package init(expected: Double, bound: Double) {
    (self.expected, self.bound) = (expected, bound)
  }

}

extension LogitError? {
  /// Takes note of the error of other logits, if they were rounded: the larger counts.
  package mutating func formUnion(_ other: LogitError?) {
    guard let other else { return }
    self = LogitError(
      expected: Swift.max(self?.expected ?? 0, other.expected),
      bound: Swift.max(self?.bound ?? 0, other.bound))
  }
}
