public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

/// A loss between two towers that ranks compute together: `CLIP`, `SigLIP`.
///
/// Equal to the loss of the ranks' images, one after another, and their texts, to rounding. Texts go around the ranks. Of temperatures of
/// rows every rank has those of its own, images first.
public protocol RankTwoTowerLoss: TwoTowerLoss {
  /// Runs the loss of all ranks' pairs together.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar
}

extension RankTwoTowerLoss {
  /// Returns the loss of all ranks' pairs together, and this rank's rows of its gradient.
  ///
  /// - Parameters:
  ///   - images: This rank's, `Nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - texts: `Nᵣ × d`; row i belongs to row i of the images.
  ///   - falseNegatives: Which pairs are no negatives of each other, whatever rank they are on: by ids, of this rank's.
  ///   - logWeights: Numbers added to the logits of this rank's images and texts as candidates, of the same directions on every
  ///     rank. (SigLIP takes none.)
  ///   - variables: What to differentiate by, the same on every rank.
  ///   - reduction: The weights of the pairs' terms: of `.weighted`, this rank's.
  ///   - diagnostics: Of the whole batch.
  ///   - options: Threads, and memory for this rank's rows of the logits.
  ///   - group: The ranks, all of which call this.
  /// - Returns: Value, gradients by the temperature and diagnostics of the whole batch, and the terms and the gradients by
  ///   images and texts of this rank's rows.
  /// - Throws: `ContrastiveError`, the same on every rank, if a rank's arguments are not right or differ from rank 0's, or if a rank
  ///   has left or is silent.
  /// - Complexity: As the loss's `step`.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    logWeights: PairLogWeights? = nil, of variables: TwoTowerVariables = .all,
    reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    try step(
      images: images, texts: texts, excluding: falseNegatives, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options),
      across: group)
  }
}
