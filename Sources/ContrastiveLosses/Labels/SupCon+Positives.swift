public import ContrastiveEmbeddings
public import ContrastiveEngine

extension SupCon {
  // MARK: By labels, one of which is nobody's

  /// Returns the loss by labels, of which one is left out.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<E: Embeddings>(
    embeddings: E, labels: [Int], ignoring ignoredLabel: Int?,
    logWeights: [Double]? = nil, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> E.Scalar {
    try step(
      embeddings: embeddings, labels: labels, ignoring: ignoredLabel, logWeights: logWeights,
      of: [],
      pass: LossPass(reduction: reduction, diagnostics: .none, options: options)
    ).value
  }

  /// Returns the loss by labels, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - embeddings: As for any ``LabelledLoss``.
  ///   - labels: n labels; equal numbers are one class, whatever
  ///     they are.
  ///   - ignoredLabel: Rows of this label are left out: they are
  ///     neither anchors nor candidates, have the term 0, and the
  ///     gradient 0. (Rows that are only candidates have a label
  ///     each.)
  ///   - logWeights: As for any ``LogWeightedLabelledLoss``.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the anchors' terms; the mean is
  ///     over those with a positive.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw
  ///   row holds a NaN or an infinity.
  /// - Complexity: As by labels alone.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], ignoring ignoredLabel: Int?,
    logWeights: [Double]? = nil, of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try step(
      embeddings: embeddings, labels: labels, ignoring: ignoredLabel, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every anchor's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<E: Embeddings>(
    embeddings: E, labels: [Int], ignoring ignoredLabel: Int?,
    logWeights: [Double]? = nil, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> EmbeddingTerms<E.Scalar> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        embeddings: embeddings, labels: labels, ignoring: ignoredLabel, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }

  // MARK: By lists

  /// Returns the loss by a list of positives for every anchor.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<E: Embeddings>(
    embeddings: E, positives: Positives, logWeights: [Double]? = nil,
    reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> E.Scalar {
    try step(
      embeddings: embeddings, positives: positives, logWeights: logWeights, of: [],
      pass: LossPass(reduction: reduction, diagnostics: .none, options: options)
    ).value
  }

  /// Returns the loss by a list of positives for every anchor, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - embeddings: As by labels.
  ///   - positives: P(a) of every row, which need not be mutual.
  ///   - logWeights: As for any ``LogWeightedLabelledLoss``.
  ///   - variables: What to differentiate by.
  ///   - reduction: As by labels.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a list is
  ///   no list of other rows in order, or a raw row holds a NaN or
  ///   an infinity.
  /// - Complexity: As by labels.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, positives: Positives, logWeights: [Double]? = nil,
    of variables: EmbeddingVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try step(
      embeddings: embeddings, positives: positives, logWeights: logWeights, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every anchor's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<E: Embeddings>(
    embeddings: E, positives: Positives, logWeights: [Double]? = nil,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> EmbeddingTerms<E.Scalar> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        embeddings: embeddings, positives: positives, logWeights: logWeights, of: variables,
        pass: pass)
    }
  }
}
