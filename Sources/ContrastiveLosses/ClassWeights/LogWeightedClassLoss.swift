public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of features and class weights whose classes may carry
/// log-weights, as ``NormFaceSoftmax``: logit adjustment.
///
/// Of the row i and the class c the logit is
/// ```
/// zᵢ_c = s·cos(fᵢ, w_c) + b_c
/// ```
/// the own class's as well, its margin apart. With b = log π, the share
/// of every class in the training data, what is learned are logits
/// without the shares: rare classes win at test time as often as they
/// should, where b is left out. The same b for all leaves the loss as it
/// is, to rounding; b = log w counts a class as w equal ones wherever it
/// is not a row's own. Chance and floor are unknown with log-weights;
/// ranks and similarities are of the cosines. A weight of 0, b = −∞, is
/// refused: leave the class out.
///
/// Losses of distances and margins, as ``CTriplet``, have no softmax over
/// classes, and take none; of ``ProxyAnchor`` the candidates are rows.
///
/// - Source: [Menon et al. 2021](https://arxiv.org/abs/2007.07314),
///   eq. 10, at its τ = 1.
public protocol LogWeightedClassLoss: ClassWeightLoss {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    of variables: ClassWeightVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar
}

extension LogWeightedClassLoss {
  /// Runs the loss without log-weights.
  public func step<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try step(
      features: features, classWeights: classWeights, labels: labels, logWeights: nil,
      of: variables, pass: pass)
  }

  /// Returns the loss of classes with log-weights.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> F.Scalar where W.Scalar == F.Scalar {
    try valueWithGradient(
      features: features, classWeights: classWeights, labels: labels, logWeights: logWeights,
      of: [], reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss of classes with log-weights, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - features: As for any ``ClassWeightLoss``.
  ///   - classWeights: A row per class.
  ///   - labels: N class indices.
  ///   - logWeights: b of every class: C finite numbers.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a label is
  ///   no class, a number is not finite, or a raw row holds a NaN or
  ///   an infinity.
  /// - Complexity: That of the loss without them; at small τ every
  ///   logit is computed.
  public func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    of variables: ClassWeightVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    try step(
      features: features, classWeights: classWeights, labels: labels, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms of rows among classes with log-weights, and a pullback for a cotangent
  /// vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], logWeights: [Double]?,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    F.Scalar, ClassWeightVariables, ClassWeightGradient<F.Scalar>
  > where W.Scalar == F.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        features: features, classWeights: classWeights, labels: labels, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }
}
