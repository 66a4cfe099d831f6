public import ContrastiveEmbeddings
public import ContrastiveEngine

extension TripletMargin {
  /// Returns the loss of given triplets.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<A: Embeddings, P: Embeddings, N: Embeddings>(
    anchors: A, positives: P, negatives: N, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> A.Scalar where P.Scalar == A.Scalar, N.Scalar == A.Scalar {
    try valueWithGradient(
      anchors: anchors, positives: positives, negatives: negatives, of: [], reduction: reduction,
      diagnostics: .none, options: options
    ).value
  }

  /// Returns every given triplet's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<A: Embeddings, P: Embeddings, N: Embeddings>(
    anchors: A, positives: P, negatives: N, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<A.Scalar, Variables, Gradient<A.Scalar>>
  where P.Scalar == A.Scalar, N.Scalar == A.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        anchors: anchors, positives: positives, negatives: negatives, of: variables,
        reduction: pass.reduction, diagnostics: pass.diagnostics, options: pass.options)
    }
  }
}
