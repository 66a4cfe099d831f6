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
      lossValue(of: features, classWeights, by: (ClassWeightVariables.features, .classWeights)) {
        (features, classWeights, variables) throws(ContrastiveError) in
        try step(
          features: features, classWeights: classWeights, labels: labels, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }

  extension ClassAgentLoss where Self: LogWeightedClassLoss {
    /// The loss of classes with log-weights, differentiable by features and class weights.
    ///
    /// What is added to a class's logit is a constant: value and derivatives are those that
    /// `valueWithGradient` has with the same numbers.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit, and numbers that are not finite or not one for each
    ///   candidate, fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (features, classWeights))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int],
      logWeights: [Double]?, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(of: features, classWeights, by: (ClassWeightVariables.features, .classWeights)) {
        (features, classWeights, variables) throws(ContrastiveError) in
        try step(
          features: features, classWeights: classWeights, labels: labels,
          logWeights: logWeights, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
