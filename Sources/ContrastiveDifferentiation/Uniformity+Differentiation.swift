#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension Uniformity {
    /// The uniformity, differentiable by the embeddings.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: embeddings)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(of: embeddings, by: EmbeddingVariables.embeddings) {
        (embeddings, variables) throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, of: variables, reduction: reduction, options: options)
      }
    }
  }
#endif
