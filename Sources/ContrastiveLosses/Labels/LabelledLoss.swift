public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of a batch with labels, as ``SupCon``.
///
/// For code that takes whichever it is given. A loss of one's own writes `step` alone.
public protocol LabelledLoss: Sendable {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>>
}

/// A loss of a batch with labels that has no temperature to learn, as ``MultiSimilarity``.
public protocol UntemperedLabelledLoss: LabelledLoss {}

extension LabelledLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<E: Embeddings>(
    embeddings: E, labels: [Int], reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> E.Scalar {
    try valueWithGradient(
      embeddings: embeddings, labels: labels, of: [], reduction: reduction, diagnostics: .none,
      options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - embeddings: `n × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - labels: n labels; equal numbers are one class, whatever
  ///     they are.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw
  ///   row holds a NaN or an infinity.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try step(
      embeddings: embeddings, labels: labels, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms one by one, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<E: Embeddings>(
    embeddings: E, labels: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> EmbeddingTerms<E.Scalar> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(embeddings: embeddings, labels: labels, of: variables, pass: pass)
    }
  }
}
