#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension ClassAgentLoss {
    /// The loss, differentiable by features and class weights.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (features, classWeights))
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

    @derivative(of: callAsFunction, wrt: (features, classWeights))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int], reduction: Reduction,
      options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          features: features, classWeights: classWeights, labels: labels,
          of: [.features, .classWeights], reduction: reduction, diagnostics: .none,
          options: options)
      } _: {
        ($0.times($1?.features, as: features), $0.times($1?.classWeights, as: classWeights))
      }
    }
  }
#endif
