public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of two views whose rows may carry log-weights as candidates,
/// as ``NTXent``.
///
/// `PairLogWeights.rows` are those of view A, `columns` those of view B;
/// a side without numbers has 0. Of row j as a candidate of row i, of
/// whichever view, the logit is s·cᵢⱼ + bⱼ: among the negatives, and as
/// the positive. b = log w counts a row as w equal rows among the
/// negatives; b = −log Q corrects for how often it comes to be in a
/// batch. The same b for all leaves the mean of a loss as it is, to
/// rounding.
///
/// ``DebiasedContrastive`` and ``HardNegative`` take none: they estimate
/// means over negatives from their number, and bound these by what that
/// many equal candidates come to.
public protocol LogWeightedTwoViewLoss: TwoViewLoss, LogWeightedPairedLoss {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar
}

extension LogWeightedTwoViewLoss {
  /// Runs the loss without log-weights.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try step(
      viewA: viewA, viewB: viewB, excluding: falseNegatives, logWeights: nil, of: variables,
      pass: pass)
  }

  /// Returns the loss of rows with log-weights.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    logWeights: PairLogWeights?, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> A.Scalar where B.Scalar == A.Scalar {
    try valueWithGradient(
      viewA: viewA, viewB: viewB, excluding: falseNegatives, logWeights: logWeights, of: [],
      reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss of rows with log-weights, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - viewA: As for any ``TwoViewLoss``.
  ///   - viewB: Row i is the other view of row i.
  ///   - falseNegatives: Which samples are no negatives of each other.
  ///   - logWeights: b of view A's rows, and of view B's: N finite
  ///     numbers a side.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the 2N terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a number is
  ///   not finite, or a raw row holds a NaN or an infinity.
  /// - Complexity: With log-weights a pair of rows has two logits, and
  ///   all of the matrix is computed: for n = 2N, 2n²d flops for the
  ///   value, 6n²d with gradients, or 8n²d.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    logWeights: PairLogWeights?, of variables: TwoViewVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try step(
      viewA: viewA, viewB: viewB, excluding: falseNegatives, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms of rows with log-weights, those of view A first, and a pullback for a
  /// cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    logWeights: PairLogWeights?, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<A.Scalar, TwoViewVariables, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        viewA: viewA, viewB: viewB, excluding: falseNegatives, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }

  /// The loss of pairs without log-weights.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try step(
      queries: queries, keys: keys, excluding: falseNegatives, logWeights: nil, of: variables,
      pass: pass)
  }

  /// The loss of pairs: view A are the queries, view B the keys.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    logWeights: PairLogWeights?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try ofViews { () throws(ContrastiveError) in
      try step(
        viewA: queries, viewB: keys, excluding: falseNegatives, logWeights: logWeights,
        of: TwoViewVariables(rawValue: variables.rawValue), pass: pass)
    }
  }
}
