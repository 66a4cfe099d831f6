#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension TwoViewLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by both views and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, viewA, viewB))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      viewA: Matrix<Scalar>, viewB: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          viewA: viewA, viewB: viewB, of: [], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, viewA, viewB))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      viewA: Matrix<Scalar>, viewB: Matrix<Scalar>, reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: viewA, viewB) { () throws(ContrastiveError) in
        try valueWithGradient(
          viewA: viewA, viewB: viewB, of: [.viewA, .viewB, .logScale], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }
  }
#endif
