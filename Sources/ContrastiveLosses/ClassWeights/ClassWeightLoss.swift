public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of features and class weights, as ``NormFaceSoftmax``.
///
/// For code that takes whichever it is given. A loss of one's own writes `step` alone.
public protocol ClassWeightLoss: Hashable, Sendable {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar
}

/// A loss of features and class weights that has no temperature to learn: ``CContrastive``, ``CTriplet``, and those of
/// proxies, ``ProxyNCA`` and ``ProxyAnchor``.
public protocol ClassAgentLoss: ClassWeightLoss {}

extension ClassWeightLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> F.Scalar where W.Scalar == F.Scalar {
    try valueWithGradient(
      features: features, classWeights: classWeights, labels: labels, of: [],
      reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - features: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - classWeights: `C × d`, a row per class, at least one.
  ///   - labels: N class indices, from 0 to C − 1.
  ///   - variables: What to differentiate by. Without the class
  ///     weights a softmax and its gradient take one pass.
  ///   - reduction: The weights of the rows' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a label is
  ///   no class, or a raw row holds a NaN or an infinity.
  public func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try step(
      features: features, classWeights: classWeights, labels: labels, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every row's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    F.Scalar, ClassWeightVariables, ClassWeightGradient<F.Scalar>
  > where W.Scalar == F.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        features: features, classWeights: classWeights, labels: labels, of: variables, pass: pass)
    }
  }
}
