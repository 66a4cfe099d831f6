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
      viewA: Matrix<Scalar>, viewB: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, viewA, viewB, by: (TwoViewVariables.viewA, .viewB)) {
        (loss, viewA, viewB, variables) throws(ContrastiveError) in
        try loss.step(
          viewA: viewA, viewB: viewB, excluding: falseNegatives, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }

  extension LogWeightedTwoViewLoss where Self: TemperatureDifferentiable {
    /// The loss of rows with log-weights, differentiable by both views and by log s.
    ///
    /// Of row i and row j as its candidate, of whichever view, the logit is
    /// ```
    /// zᵢⱼ = s·cᵢⱼ + bⱼ
    /// ```
    /// b is a constant: value and derivatives are those that `valueWithGradient` has with the same
    /// numbers.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit, and numbers that are not finite or not one for each
    ///   candidate, fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, viewA, viewB))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      viewA: Matrix<Scalar>, viewB: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, logWeights: PairLogWeights?,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, viewA, viewB, by: (TwoViewVariables.viewA, .viewB)) {
        (loss, viewA, viewB, variables) throws(ContrastiveError) in
        try loss.step(
          viewA: viewA, viewB: viewB, excluding: falseNegatives, logWeights: logWeights,
          of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
