public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of two aligned arrays whose rows may carry log-weights as
/// candidates, as ``CLIP`` and ``RINCE``.
///
/// `PairLogWeights.columns` are those of the keys as candidates of the
/// queries, `rows` those of the queries as candidates of the keys, which
/// losses of one direction refuse: there queries are no candidates. The
/// same number for all leaves a cross-entropy as it is, to rounding.
/// Chance and floor are unknown with log-weights; ranks and similarities
/// are of the cosines. A weight of 0, b = −∞, is refused: leave the pair
/// out, or candidates by ids. ``SigLIP``, of which every pair is its own,
/// refuses all.
public protocol LogWeightedPairedLoss: PairedLoss {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    logWeights: PairLogWeights?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar
}

extension LogWeightedPairedLoss {
  /// Runs the loss without log-weights.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try step(
      queries: queries, keys: keys, excluding: falseNegatives, logWeights: nil, of: variables,
      pass: pass)
  }

  /// Returns the loss of candidates with log-weights.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    logWeights: PairLogWeights?, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Q.Scalar where K.Scalar == Q.Scalar {
    try valueWithGradient(
      queries: queries, keys: keys, excluding: falseNegatives, logWeights: logWeights, of: [],
      reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss of candidates with log-weights, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - queries: As for any ``PairedLoss``.
  ///   - keys: Row i belongs to query i.
  ///   - falseNegatives: Which pairs are no negatives of each other.
  ///   - logWeights: Numbers added to the logits of candidates.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` as the loss without them, for
  ///   numbers that are not as many as rows or not finite, or for rows
  ///   that are no candidates.
  public func valueWithGradient<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    logWeights: PairLogWeights?, of variables: PairVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try step(
      queries: queries, keys: keys, excluding: falseNegatives, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms of candidates with log-weights, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    logWeights: PairLogWeights?, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Q.Scalar, PairVariables, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        queries: queries, keys: keys, excluding: falseNegatives, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }
}
