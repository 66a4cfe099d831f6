public import ContrastiveEmbeddings
public import ContrastiveEngine

extension OneWayLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Q: Embeddings>(
    queries: Q, candidates: Candidates<Q.Scalar>, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Q.Scalar {
    try valueWithGradient(
      queries: queries, candidates: candidates, of: [], reduction: reduction, diagnostics: .none,
      options: options
    ).value
  }

  /// Returns the terms one by one, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Q: Embeddings>(
    queries: Q, candidates: Candidates<Q.Scalar>, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Q.Scalar, Variables, Gradient<Q.Scalar>> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        queries: queries, candidates: candidates, of: variables, reduction: pass.reduction,
        diagnostics: pass.diagnostics, options: pass.options)
    }
  }
}
