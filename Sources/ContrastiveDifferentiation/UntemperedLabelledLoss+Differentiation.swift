#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension UntemperedLabelledLoss {
    /// The loss, differentiable by the embeddings.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: embeddings)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(of: embeddings, by: EmbeddingVariables.embeddings) {
        (embeddings, variables) throws(ContrastiveError) in
        try step(
          embeddings: embeddings, labels: labels, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }

  extension UntemperedLabelledLoss where Self: LogWeightedLabelledLoss {
    /// The loss of rows with log-weights, differentiable by the embeddings.
    ///
    /// What is added to a row's logit as a candidate is a constant: value and derivatives are those that
    /// `valueWithGradient` has with the same numbers.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit, and numbers that are not finite or not one for each
    ///   candidate, fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: embeddings)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], logWeights: [Double]?,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(of: embeddings, by: EmbeddingVariables.embeddings) {
        (embeddings, variables) throws(ContrastiveError) in
        try step(
          embeddings: embeddings, labels: labels, logWeights: logWeights, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
