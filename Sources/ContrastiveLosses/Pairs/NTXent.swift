import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine

/// SimCLR's loss: two views of every sample, each to be told from all other rows of the batch.
///
/// Two views of `N` samples are 2N rows z; row i's positive is its other view i′:
/// ```
/// Lᵢ = log Σ_{j≠i} exp(zᵢ·zⱼ/τ) − zᵢ·zᵢ′/τ
///    = softplus( ℓᵢ − zᵢ·zᵢ′/τ )
/// loss = 1/2N Σᵢ Lᵢ
/// ```
/// where ℓ runs over the 2N − 2 rows that are neither i nor i′. It is log(2N − 1) when all embeddings
/// are equal, and 0 for N = 1, where there are no negatives. With log-weights b of the rows,
/// zᵢ·zⱼ/τ + bⱼ stands for zᵢ·zⱼ/τ in both parts.
///
/// - Source: [Chen et al. 2020](https://arxiv.org/abs/2002.05709), eq. 1; equals lightly's
///   `NTXentLoss` without a memory bank. (pytorch-metric-learning's of the same name equals it too,
///   until its gradient vanishes: see ``NTXentPairs``.)
public struct NTXent: LogWeightedTwoViewLoss {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  /// Runs the loss.
  ///
  /// - Complexity: As every ``TwoViewLoss``.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let step = try TwoViewStep(
      viewA, viewB, excluding: falseNegatives, logWeights: logWeights, temperature: temperature,
      options: pass.options)
    return try step.run(
      PositiveCrossEntropy(), of: variables, pass: pass,
      floor: try CandidateSet.twoViews(size: step.viewA.rowCount).floor(
        unlessIndividual: temperature, dimension: step.viewA.columnCount))
  }
}
