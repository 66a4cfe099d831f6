public import ContrastiveEmbeddings
public import ContrastiveEngine

/// A loss of two aligned arrays: row i of the keys belongs to row i of the queries.
///
/// For code that takes whichever it is given, as a training loop does. What a loss itself calls its sides, images and
/// texts or two views, are here queries and keys:
/// ```swift
/// let losses: [any PairedLoss] = [
///   CLIP(temperature: 0.07), NTXent(temperature: 0.5),
/// ]
/// for loss in losses {
///   let step = try loss.valueWithGradient(queries: q, keys: k)
/// }
/// ```
/// A loss of one's own writes `step` alone.
public protocol PairedLoss: Sendable {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar
}

extension PairedLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Q.Scalar where K.Scalar == Q.Scalar {
    try valueWithGradient(
      queries: queries, keys: keys, excluding: falseNegatives, of: [], reduction: reduction,
      diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - keys: `N × d`; row i belongs to query i.
  ///   - falseNegatives: Which pairs are no negatives of each
  ///     other. Losses whose tiles serve both sides take ids.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row
  ///   holds a NaN or an infinity, or the loss knows no such rule.
  public func valueWithGradient<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    of variables: PairVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try step(
      queries: queries, keys: keys, excluding: falseNegatives, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns the terms one by one, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Q.Scalar, PairVariables, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        queries: queries, keys: keys, excluding: falseNegatives, of: variables, pass: pass)
    }
  }
}
