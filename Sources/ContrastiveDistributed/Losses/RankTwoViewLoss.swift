public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

/// A loss of two views that ranks compute together: `NTXent`, `DecoupledContrastive`, `DebiasedContrastive`, `HardNegative`.
///
/// The rows of all ranks are each other's candidates, and every pair of two ranks' blocks meets once: a block goes half way round,
/// and what it has collected comes straight home. (With two exponents a block goes all the way round.) Of temperatures of rows every rank
/// has those of its own, first views first, or one for each sample.
public protocol RankTwoViewLoss: TwoViewLoss {
  /// Runs the loss of all ranks' samples together.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar
}

extension RankTwoViewLoss {
  /// Returns the loss of all ranks' samples together, and this rank's rows of its gradient.
  ///
  /// - Parameters:
  ///   - viewA: This rank's, `Nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - viewB: `Nᵣ × d`; row i is of the sample of row i of the first view.
  ///   - falseNegatives: Which samples are no negatives of each other, whatever rank they are on: by ids, of this rank's.
  ///   - variables: What to differentiate by, the same on every rank.
  ///   - reduction: The weights of the rows' terms: of `.weighted`, this rank's, first view first.
  ///   - diagnostics: Of the whole batch.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: Value, gradients by the temperature and diagnostics of the whole batch, and the terms and the gradients by
  ///   views of this rank's rows.
  /// - Throws: `ContrastiveError`, the same on every rank, if a rank's arguments are not right or differ from rank 0's, or if a rank
  ///   has left or is silent.
  /// - Complexity: 3nᵣnd flops for nᵣ of n rows, or 4nᵣnd recomputed; sends 3nd/2 numbers at the most.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try step(
      viewA: viewA, viewB: viewB, excluding: falseNegatives, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options),
      across: group)
  }
}
