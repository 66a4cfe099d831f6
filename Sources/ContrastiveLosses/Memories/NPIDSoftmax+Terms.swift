public import ContrastiveEmbeddings
public import ContrastiveEngine

extension NPIDSoftmax {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<E: Embeddings>(
    embeddings: E, memory: UnitRows<E.Scalar>, targets: [Int], reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> E.Scalar {
    try valueWithGradient(
      embeddings: embeddings, memory: memory, targets: targets, of: [], reduction: reduction,
      diagnostics: .none, options: options
    ).value
  }

  /// Returns every embedding's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<E: Embeddings>(
    embeddings: E, memory: UnitRows<E.Scalar>, targets: [Int],
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> EmbeddingTerms<E.Scalar> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        embeddings: embeddings, memory: memory, targets: targets, of: variables,
        reduction: pass.reduction, diagnostics: pass.diagnostics, options: pass.options)
    }
  }
}
