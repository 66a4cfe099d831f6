#if canImport(_Differentiation)
  import ContrastiveEmbeddings
  import ContrastiveLosses

  extension LossStep where Scalar: DifferentiableScalar {
    /// A loss's value, or 0 where it fails.
    static func value(_ step: () throws(ContrastiveError) -> LossStep) -> Scalar {
      attempt(step)?.value ?? 0
    }

    /// A loss's value, and its gradient times a cotangent: nothing where it fails.
    ///
    /// The gradient is computed along with the value: that is what makes a step one pass where a loss's
    /// engine needs one pass.
    ///
    /// - Parameter tangents: The tangent vectors in a gradient; they are 0 where it is `nil`.
    static func differentiated<Tangents>(
      _ step: () throws(ContrastiveError) -> LossStep,
      _ tangents: @escaping (Cotangent<Scalar>, Gradient?) -> Tangents
    ) -> (value: Scalar, pullback: (Scalar) -> Tangents) {
      let step = attempt(step)
      return (step?.value ?? 0, { tangents(Cotangent($0), step?.gradient) })
    }
  }

  /// The derivative of what was made of a loss, by the loss.
  struct Cotangent<Scalar: DifferentiableScalar> {
    private let factor: Scalar

    init(_ factor: Scalar) { self.factor = factor }

    func times(_ gradient: Matrix<Scalar>?) -> Matrix<Scalar> {
      guard let gradient else { return .zero }
      return factor == 1 ? gradient : gradient.multiplied(by: factor)
    }

    func times(_ gradient: Scalar?) -> Double { Double(factor) * Double(gradient ?? 0) }

    func times(_ gradient: TemperatureGradient<Scalar>?) -> Temperature.TangentVector {
      Temperature.TangentVector(
        logScale: times(gradient?.logScale),
        rowLogScales: (gradient?.logScales ?? []).map { Double(factor) * Double($0) })
    }
  }
#endif
