public import ContrastiveEmbeddings
public import ContrastiveEngine

extension GlobalOrthogonalRegularization {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<E: Embeddings>(
    embeddings: E, reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> E.Scalar {
    try valueWithGradient(
      embeddings: embeddings, of: [], reduction: reduction, options: options
    ).value
  }

  /// Returns the one term, and a pullback for its cotangent.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<E: Embeddings>(
    embeddings: E, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    E.Scalar, EmbeddingVariables, EmbeddingGradient<E.Scalar>
  > {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        embeddings: embeddings, of: variables, reduction: pass.reduction, options: pass.options)
    }
  }
}
