public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss between two towers of which a row may have several positives, as ``MultiPositiveCLIP``: N images and M texts,
/// as many captions an image as there are.
///
/// For code that takes whichever it is given. A loss of one's own writes `step` alone.
public protocol MultiPositiveTwoTowerLoss: Sendable {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, excluding exclusion: Exclusion,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar
}

extension MultiPositiveTwoTowerLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, excluding exclusion: Exclusion = .none,
    logWeights: PairLogWeights? = nil, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> I.Scalar where T.Scalar == I.Scalar {
    try valueWithGradient(
      images: images, texts: texts, positives: positives, excluding: exclusion,
      logWeights: logWeights, of: [], reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - texts: `M × d`, at least one row.
  ///   - positives: Which texts are an image's positives.
  ///   - exclusion: Which of the other texts are no negatives of
  ///     an image, nor the image of them. Positives stay.
  ///   - logWeights: Numbers added to the logits of candidates, in
  ///     each direction. Chance and floor are unknown then.
  ///     (SigLIP, of which every pair is its own, takes none.)
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` saves a few per cent. There are no
  ///     ranks.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes, ids or lists do not
  ///   fit, a raw row holds a NaN or an infinity, or weighted
  ///   positives have no meaning in the loss.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, excluding exclusion: Exclusion = .none,
    logWeights: PairLogWeights? = nil, of variables: TwoTowerVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    try step(
      images: images, texts: texts, positives: positives, excluding: exclusion,
      logWeights: logWeights, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms one by one, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, excluding exclusion: Exclusion = .none,
    logWeights: PairLogWeights? = nil, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    I.Scalar, TwoTowerVariables, TwoTowerGradient<I.Scalar>
  > where T.Scalar == I.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        images: images, texts: texts, positives: positives, excluding: exclusion,
        logWeights: logWeights, of: variables, pass: pass)
    }
  }
}
