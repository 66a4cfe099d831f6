#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension ClassWeightLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by features, class weights and log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, features, classWeights))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int],
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          features: features, classWeights: classWeights, labels: labels, of: [],
          reduction: reduction, diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, features, classWeights))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int], reduction: Reduction,
      options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: features, classWeights) { () throws(ContrastiveError) in
        try valueWithGradient(
          features: features, classWeights: classWeights, labels: labels,
          of: [.features, .classWeights, .logScale], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }
  }
#endif
