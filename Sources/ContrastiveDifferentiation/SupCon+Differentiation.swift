#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension SupCon {
    /// The loss by labels, of which one is left out, differentiable by the embeddings and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], ignoring ignoredLabel: Int?,
      logWeights: [Double]? = nil, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, embeddings, by: EmbeddingVariables.embeddings) {
        (loss, embeddings, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          embeddings: embeddings, labels: labels, ignoring: ignoredLabel, logWeights: logWeights,
          of: variables, reduction: reduction, diagnostics: .none, options: options)
      }
    }

    /// The loss by lists of positives, differentiable by the embeddings and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, positives: Positives, logWeights: [Double]? = nil,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, embeddings, by: EmbeddingVariables.embeddings) {
        (loss, embeddings, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          embeddings: embeddings, positives: positives, logWeights: logWeights, of: variables,
          reduction: reduction, diagnostics: .none, options: options)
      }
    }
  }
#endif
