public import ContrastiveEmbeddings
public import ContrastiveEngine

extension SoftmaxCrossEntropy {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Scalar: EmbeddingScalar>(
    logits: Matrix<Scalar>, labels: [Int], reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Scalar {
    try valueWithGradient(
      logits: logits, labels: labels, of: [], reduction: reduction, diagnostics: .none,
      options: options
    ).value
  }

  /// Returns every row's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Scalar: EmbeddingScalar>(
    logits: Matrix<Scalar>, labels: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Scalar, Variables, Gradient<Scalar>> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        logits: logits, labels: labels, of: variables, reduction: pass.reduction,
        diagnostics: pass.diagnostics, options: pass.options)
    }
  }
}
