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
    /// - Parameter tangents: The tangent vectors in a gradient; zeros of the arguments' shapes where it is `nil`.
    static func differentiated<Tangents>(
      _ step: () throws(ContrastiveError) -> LossStep,
      _ tangents: @escaping (Cotangent<Scalar>, Gradient?) -> Tangents
    ) -> (value: Scalar, pullback: (Scalar) -> Tangents) {
      let step = attempt(step)
      return (step?.value ?? 0, { tangents(Cotangent($0), step?.gradient) })
    }
  }

  extension LossStep
  where Gradient: TemperedGradient, Gradient.Scalar == Scalar, Scalar: DifferentiableScalar {
    /// By log s, and by the first of the gradient's arrays.
    static func differentiated(
      by array: Matrix<Scalar>, _ step: () throws(ContrastiveError) -> LossStep
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      differentiated(step) {
        ($0.times($1?.byTemperature), $0.times($1?.byArrays[0].gradient, as: array))
      }
    }

    /// By log s, and by the first two of the gradient's arrays.
    static func differentiated(
      by first: Matrix<Scalar>, _ second: Matrix<Scalar>,
      _ step: () throws(ContrastiveError) -> LossStep
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      differentiated(step) {
        (
          $0.times($1?.byTemperature), $0.times($1?.byArrays[0].gradient, as: first),
          $0.times($1?.byArrays[1].gradient, as: second)
        )
      }
    }
  }

  /// The derivative of what was made of a loss, by the loss.
  struct Cotangent<Scalar: DifferentiableScalar> {
    private let factor: Scalar

    init(_ factor: Scalar) { self.factor = factor }

    /// - Parameter argument: What the gradient is by. Where there is none it is zeros of that shape: pullbacks of a
    ///   model, which are called with it all the same, may read any of its elements.
    func times(_ gradient: Matrix<Scalar>?, as argument: Matrix<Scalar>) -> Matrix<Scalar> {
      gradient.map(times)
        ?? Matrix(rowCount: argument.rowCount, columnCount: argument.columnCount)
    }

    /// By negatives, which have no shape where they are the batch's.
    func times(negatives gradient: Matrix<Scalar>?) -> Matrix<Scalar> {
      gradient.map(times) ?? .zero
    }

    private func times(_ gradient: Matrix<Scalar>) -> Matrix<Scalar> {
      factor == 1 ? gradient : gradient.multiplied(by: factor)
    }

    func times(_ gradient: Scalar?) -> Double { Double(factor) * Double(gradient ?? 0) }

    func times(_ gradient: TemperatureGradient<Scalar>?) -> Temperature.TangentVector {
      Temperature.TangentVector(
        logScale: times(gradient?.logScale),
        rowLogScales: (gradient?.logScales ?? []).map { Double(factor) * Double($0) })
    }
  }
#endif
