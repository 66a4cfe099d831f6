import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension NTXent {
  /// Returns the loss of all ranks' samples together, and this rank's rows of its gradient.
  ///
  /// The rows of all ranks are each other's candidates, and every pair of two ranks' blocks meets once: a block goes half way round,
  /// and what it has collected comes straight home.
  ///
  /// - Parameters:
  ///   - viewA: This rank's, `Nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - viewB: `Nᵣ × d`; row i is of the sample of row i of the first view.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms: of `.weighted`, this rank's, first view first.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s.
  /// - Complexity: 3nᵣnd flops for nᵣ of n rows, or 4nᵣnd recomputed; sends 3nd/2 numbers at the most.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    typealias Scalar = A.Scalar
    let options = LossOptions(reduction: reduction, level: diagnostics, compute: options)
    let agreement = try group.agree("NTXent") { record throws(ContrastiveError) in
      try PairInputs<Scalar>(
        viewA, viewB, named: (.viewA, .viewB), temperature: temperature, variables: variables,
        options: options, termsPerRow: 2, in: &record)
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let result = try BatchAcross(
      group: group, inputs: inputs, shards: shards, takesMaxima: !agreement.hasModerateWeights,
      options: options
    ).run(PositiveCrossEntropy(), needsGradient: variables.needRows)
    return result.whole.step(
      terms: result.terms,
      gradient: TwoViewGradient(
        result, of: inputs, temperature: temperature, variables: variables,
        options: options.compute), level: diagnostics, hasSinglePositive: true,
      floor: try CandidateSet.twoViews(size: shards.total).floor(
        unlessIndividual: temperature, dimension: inputs.first.columnCount))
  }
}
