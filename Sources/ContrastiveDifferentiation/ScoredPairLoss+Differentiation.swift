#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension ScoredPairLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by both sides and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, a, b))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      a: Matrix<Scalar>, b: Matrix<Scalar>, scores: [Double],
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(a: a, b: b, scores: scores, of: [], options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, a, b))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      a: Matrix<Scalar>, b: Matrix<Scalar>, scores: [Double], options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          a: a, b: b, scores: scores, of: [.a, .b, .logScale], options: options)
      } _: {
        ($0.times($1?.byTemperature), $0.times($1?.a, as: a), $0.times($1?.b, as: b))
      }
    }
  }
#endif
