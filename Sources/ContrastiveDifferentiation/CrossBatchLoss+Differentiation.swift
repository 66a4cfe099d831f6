#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension CrossBatchLoss where Self: TemperatureDifferentiable {
    /// The loss against a memory, differentiable by the embeddings and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], ids: [Int]? = nil,
      memory: CrossBatchMemory<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, embeddings, by: EmbeddingVariables.embeddings) {
        (loss, embeddings, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          embeddings: embeddings, labels: labels, ids: ids, memory: memory, of: variables,
          reduction: reduction, diagnostics: .none, options: options)
      }
    }
  }
#endif
