import RealModule

/// softplus(ℓ − s·ψ(θ)): the angle to the positive, widened by a margin m.
/// ```
/// ψ(θ) = cos(θ + m)            θ ≤ π − m
///        cos θ − m·sin m       beyond, where cos(θ + m) would rise again
/// ```
/// ψ by cos θ has the slope sin(θ + m)/sin θ, a pole at θ = 0. So the slope by the positive's logit is
/// left at 0 here, and `ArcFace` adds the gradient by the rows through θ, which has none.
struct ArcFaceRow: RowFunction {
  let margin: Double

  /// θ of every row.
  let angles: [Double]

  func evaluate(_ row: inout RowTerms) {
    let target = row.scale * cosine(at: angles[row.firstTerm])
    let difference = row.logSumExp[0] - target
    row.values[0] = softplus(difference)
    let slope = row.weights[0] * logistic(difference)
    row.logSumExpSlopes[0] = slope
    row.logScaleSlope = -slope * target
  }

  /// ψ(θ).
  func cosine(at angle: Double) -> Double {
    angle <= .pi - margin ? .cos(angle + margin) : .cos(angle) - margin * .sin(margin)
  }

  /// dL/dθ of every row, from its term: the term's derivative by s·ψ is −σ(ℓ − s·ψ) = e^(−L) − 1, with
  /// all its digits.
  ///
  /// - Parameter parallelAngle: Up to where θ counts as 0, where ψ has a kink: the slope is 0 there.
  func angleSlopes(
    of values: [Double], weights: TermWeights, scale: Double, parallelAngle: Double
  ) -> [Double] {
    angles.indices.map { row in
      let angle = angles[row]
      guard angle > parallelAngle else { return 0 }
      let slope = angle <= .pi - margin ? Double.sin(angle + margin) : .sin(angle)
      return -weights[row] * .expMinusOne(-values[row]) * scale * slope
    }
  }
}
