#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension LabelledLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by the embeddings and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, embeddings, by: EmbeddingVariables.embeddings) {
        (loss, embeddings, variables) throws(ContrastiveError) in
        try loss.step(
          embeddings: embeddings, labels: labels, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }

  extension LogWeightedLabelledLoss where Self: TemperatureDifferentiable {
    /// The loss of rows with log-weights, differentiable by the embeddings and by log s.
    ///
    /// Of row i and row j as its candidate the logit is
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
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], logWeights: [Double]?,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, embeddings, by: EmbeddingVariables.embeddings) {
        (loss, embeddings, variables) throws(ContrastiveError) in
        try loss.step(
          embeddings: embeddings, labels: labels, logWeights: logWeights, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
