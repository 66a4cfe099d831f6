public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of a batch with labels whose rows may carry log-weights as
/// candidates, as ``SupCon``.
///
/// Of row j as a candidate of row i the logit is
/// ```
/// zᵢⱼ = s·cᵢⱼ + bⱼ
/// ```
/// wherever it is one: among the negatives, and as a positive, as in
/// sampled softmax. b = −log Q corrects for how often a row comes to be
/// in a batch; b = log w counts it as w equal rows among the negatives.
/// The same b for all leaves the loss as it is, to rounding. Chance and
/// floor are unknown with log-weights; ranks and similarities are of the
/// cosines. A weight of 0, b = −∞, is refused: give the row a large
/// negative number, or leave it out of the batch.
///
/// Losses of margins and distances, and of sums of their own for
/// positives and negatives, as ``MultiSimilarity``, have no softmax over
/// candidates, and take none.
public protocol LogWeightedLabelledLoss: LabelledLoss {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, of variables: EmbeddingVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>>
}

extension LogWeightedLabelledLoss {
  /// Runs the loss without log-weights.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try step(embeddings: embeddings, labels: labels, logWeights: nil, of: variables, pass: pass)
  }

  /// Returns the loss of rows with log-weights.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> E.Scalar {
    try valueWithGradient(
      embeddings: embeddings, labels: labels, logWeights: logWeights, of: [],
      reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss of rows with log-weights, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - embeddings: As for any ``LabelledLoss``.
  ///   - labels: n labels.
  ///   - logWeights: b of every row as a candidate: n finite numbers.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a number is
  ///   not finite, or a raw row holds a NaN or an infinity.
  /// - Complexity: With log-weights a pair has two logits, and all of
  ///   the matrix is computed: 2n²d flops for the value and 6n²d with
  ///   the gradient.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try step(
      embeddings: embeddings, labels: labels, logWeights: logWeights, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms of rows with log-weights, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> EmbeddingTerms<E.Scalar> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        embeddings: embeddings, labels: labels, logWeights: logWeights, of: variables, pass: pass)
    }
  }
}
