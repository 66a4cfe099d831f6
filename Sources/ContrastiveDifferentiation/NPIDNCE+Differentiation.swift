#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension NPIDNCE {
    /// The loss, differentiable by the embeddings and by log s; Z and the memory are constants.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, memory: UnitRows<Scalar>, indices: [[Int]],
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, embeddings, by: EmbeddingVariables.embeddings) {
        (loss, embeddings, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          embeddings: embeddings, memory: memory, indices: indices, of: variables,
          reduction: reduction,
          diagnostics: .none, options: options)
      }
    }
  }
#endif
