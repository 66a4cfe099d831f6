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
      lossValue(self, features, classWeights, by: (ClassWeightVariables.features, .classWeights)) {
        (loss, features, classWeights, variables) throws(ContrastiveError) in
        try loss.step(
          features: features, classWeights: classWeights, labels: labels, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }

  extension LogWeightedClassLoss where Self: TemperatureDifferentiable {
    /// The loss of classes with log-weights, differentiable by features, class weights and log s.
    ///
    /// Logit adjustment: of row i and class c the logit is
    /// ```
    /// zᵢ_c = s·cos(fᵢ, w_c) + b_c
    /// ```
    /// b is a constant: value and derivatives are those that `valueWithGradient` has with the same
    /// numbers.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit, and numbers that are not finite or not one for each
    ///   candidate, fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, features, classWeights))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      features: Matrix<Scalar>, classWeights: Matrix<Scalar>, labels: [Int],
      logWeights: [Double]?, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, features, classWeights, by: (ClassWeightVariables.features, .classWeights)) {
        (loss, features, classWeights, variables) throws(ContrastiveError) in
        try loss.step(
          features: features, classWeights: classWeights, labels: labels,
          logWeights: logWeights, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
