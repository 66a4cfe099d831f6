public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// NormFace's softmax, with the angle between a row and its own class widened by a margin.
///
/// For `N` features f with labels y, `C` class weights w, the angles θ between them, the scale s = 1/τ
/// and the margin m in radians:
/// ```
/// Lᵢ = log( exp(s·ψ(θᵢ)) + Σ_{c≠yᵢ} exp(s·cos(fᵢ, w_c)) )
///      − s·ψ(θᵢ)
///    = softplus( ℓᵢ − s·ψ(θᵢ) )
/// ψ(θ) = cos(θ + m) for θ ≤ π − m, cos θ − m·sin m beyond
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with θᵢ the angle to w_yᵢ, and ℓᵢ over the classes that are not the row's own. The second piece keeps
/// ψ falling where cos(θ + m) would rise again; between the two it drops. Face recognition trains with
/// s = 64 and m = 0.5, fixed. At m = 0 it is ``NormFaceSoftmax``.
///
/// **Aligned and opposite rows.** θ and its gradient come from the rows in `Double`, not from a rounded
/// cosine, and are right in `Float` at 1e-4 and below. ψ by the cosine has the slope sin(θ + m)/sin θ,
/// without bound as θ → 0; by the rows, along the sphere, it is sin(θ + m), from whichever side. So at
/// θ = 0, to rounding, where no direction closes the angle, this part of the gradient is 0; at θ = π it
/// vanishes with sin θ. By `UnitRows` too it is given along the sphere: what a normalisation would take
/// off again is left out. A zero row is at θ = π/2, as its cosine 0 says.
///
/// When all embeddings are equal the loss is log(1 + (C − 1)·e^(s(1 − cos m))), and 0 for one class.
/// Where every class has equally many rows it cannot fall below
/// log(1 + (C − 1)·e^(s(1 − cos m) − sC/(C−1))), which is `Diagnostics.floor`. Ranks and similarities
/// there are of the cosines without the margin.
///
/// - Source: [Deng et al. 2019](https://arxiv.org/abs/1801.07698), eq. 3; equals
///   pytorch-metric-learning's `ArcFaceLoss` with its margin in degrees, whose weights are the
///   transpose, and insightface's without `easy_margin`.
public struct ArcFace: LogWeightedClassLoss {
  /// τ, and with it the scale s = 1/τ; or one for each class, which is that of the rows of the class.
  public var temperature: Temperature

  /// m, in radians: 0 ≤ m ≤ π/2.
  public let margin: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ m ≤ π/2. With more, the logit of an aligned row would
  ///   be negative.
  public init(temperature: Temperature, margin: Double) throws(ContrastiveError) {
    guard (0...Double.pi / 2).contains(margin) else {
      throw .init(.margin, .number(found: margin, expected: .from(0, to: .pi / 2, "in radians")))
    }
    self.temperature = temperature
    self.margin = margin
  }

  /// Runs the loss.
  ///
  /// - Complexity: As ``NormFaceSoftmax``, and O(N·d) for the angles; memory for N rows more
  ///   with a gradient by features or class weights.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try run(
      ClassWeightStep(
        features, classWeights, labels: labels, logWeights: logWeights, temperature: temperature,
        options: pass.options),
      of: variables, pass: pass)
  }

  func run<Scalar: EmbeddingScalar>(
    _ step: ClassWeightStep<Scalar>, of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let angles = TargetAngles(
      features: step.features, classWeights: step.classWeights, targets: step.targets,
      needsTangents: !variables.isDisjoint(with: [.features, .classWeights]),
      options: step.options)
    let function = ArcFaceRow(margin: margin, angles: angles.angles)
    return try step.run(
      function, of: variables, pass: pass
    ) { result, weights, scales in
      angles.addGradient(
        function.angleSlopes(
          of: result.values, weights: weights, scales: scales,
          parallelAngle: TargetAngles<Scalar>.parallelAngle),
        byFeatures: result.queryGradient, byClassWeights: result.keyGradients[0])
    }
  }
}

/// softplus(ℓ − s·ψ(θ)): the angle to the positive, widened by a margin m.
/// ```
/// ψ(θ) = cos(θ + m)            θ ≤ π − m
///        cos θ − m·sin m       beyond, where cos(θ + m)
///                              would rise again
/// ```
/// ψ by cos θ has the slope sin(θ + m)/sin θ, a pole at θ = 0. So the slope by the positive's logit is
/// left at 0 here, and `ArcFace` adds the gradient by the rows through θ, which has none.
package struct ArcFaceRow: ClassMarginRow {
  let margin: Double

  /// θ of every row.
  let angles: [Double]

  package init(margin: Double, angles: [Double]) {
    (self.margin, self.angles) = (margin, angles)
  }

  /// cos θ − ψ(θ) = 2·sin(θ + m/2)·sin(m/2) is 1 − cos m at both ends, 0 and π − m, and more between;
  /// beyond it is m·sin m, which for m ≤ π/2 is more too.
  package var leastMargin: Double {
    let halfSine = Double.sin(margin / 2)
    return 2 * halfSine * halfSine
  }

  package func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let target = rows.scales[row] * cosine(at: angles[rows.rows.lowerBound + row])
      let difference = rows.logSumExp[0][row] - target - rows.logWeight(ofPositive: row)
      rows.values[row] = softplus(difference)
      let slope = rows.weights[row] * logistic(difference)
      rows.logSumExpSlopes[0][row] = slope
      rows.logScaleSlopes[row] = -slope * target
    }
  }

  /// ψ(θ).
  func cosine(at angle: Double) -> Double {
    angle <= .pi - margin ? .cos(angle + margin) : .cos(angle) - margin * .sin(margin)
  }

  /// dL/dθ of every row, from its term: the term's derivative by s·ψ is −σ(ℓ − s·ψ) = e^(−L) − 1, with
  /// all its digits.
  ///
  /// - Parameter parallelAngle: Up to where θ counts as 0, where ψ has a kink: the slope is 0 there.
  package func angleSlopes(
    of values: [Double], weights: TermWeights, scales: RowScales, parallelAngle: Double
  ) -> [Double] {
    angles.indices.map { row in
      let angle = angles[row]
      guard angle > parallelAngle else { return 0 }
      let slope = angle <= .pi - margin ? Double.sin(angle + margin) : .sin(angle)
      return -weights[row] * .expMinusOne(-values[row]) * scales[row] * slope
    }
  }
}
