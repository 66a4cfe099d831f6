#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  public import _Differentiation

  extension Matryoshka: Differentiable where Loss: TemperedLoss & TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension Matryoshka: TemperatureDifferentiable
  where Loss: TemperedLoss & TemperatureDifferentiable {}

  extension PairedLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by both sides and by log s.
    ///
    /// Where the keys are constants, as a momentum encoder's are, value and gradient of losses of one direction take
    /// one pass.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, keys))
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, of: [], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries, keys))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: queries, keys) { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, of: [.queries, .keys, .logScale], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries))
    @usableFromInline
    func derivativeWithConstantKeys<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      LossStep.differentiated(by: queries) { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, of: [.queries, .logScale], reduction: reduction,
          diagnostics: .none,
          options: options)
      }
    }
  }
#endif
