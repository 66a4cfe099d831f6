internal import ContrastiveEmbeddings

extension PointConfiguration {
  /// Returns the negatives' mass relative to the positive.
  ///
  /// ```
  /// M = Σⱼ exp((cⱼ − 1)/τ),   loss = log(1 + M),
  ///     over n − 1 points j
  /// ```
  /// Every exponent is at most 0: nothing overflows, at any τ.
  ///
  /// Exponents are divided by τ rather than multiplied by s. Where s was given, τ = 1/s is off by
  /// up to half an ulp, which costs a relative x · 1.1e-16: 8e-14 at x = 708, where results leave the
  /// normal range.
  ///
  /// - Complexity: O(1), but O(n) for the polygon and O(1/τ) for the uniform sphere (see
  ///   ``Hypergeometric0F1``).
  func negativeMass(
    pointCount: Int, temperature: Temperature
  ) throws(ContrastiveError) -> Double {
    let others = Double(pointCount - 1)
    let temperature = DoubleDouble(temperature.value)
    func mass(_ count: Double, atDistance gap: DoubleDouble) -> Double {
      (gap / temperature).negatedExponential(times: count)
    }
    let one = DoubleDouble(1)
    let two = DoubleDouble(2)

    switch self {
    case .antipodal:
      return mass(others, atDistance: two)
    case .simplex:
      guard others > 0 else { return 0 }
      return mass(others, atDistance: DoubleDouble(others + 1) / DoubleDouble(others))
    case .orthogonal:
      return mass(others, atDistance: one)
    case .collapsed:
      return others
    case .crossPolytope:
      guard pointCount.isMultiple(of: 2) else {
        throw .init(
          .configuration,
          .choice(
            found: "a cross-polytope of \(pointCount) points",
            expected: "an even number of points, two on each axis"))
      }
      return mass(others - 1, atDistance: one) + mass(1, atDistance: two)
    case .polygon:
      let step = DoubleDouble.pi * two / DoubleDouble(others + 1)
      // Far to near, so that the small terms are added first.
      var sum = pointCount.isMultiple(of: 2) ? mass(1, atDistance: two) : 0
      for index in stride(from: (pointCount - 1) / 2, to: 0, by: -1) {
        sum += mass(2, atDistance: .versedSine(step * DoubleDouble(Double(index))))
      }
      return sum
    case .uniform(let dimension):
      return try UniformSphere(dimension: dimension)
        .meanDeficit(concentration: one / temperature)
        .negatedExponential(times: others)
    }
  }
}
