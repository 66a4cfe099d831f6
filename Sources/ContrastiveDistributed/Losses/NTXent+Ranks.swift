import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension NTXent: RankTwoViewLoss {
  /// Runs the loss of all ranks' samples together.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let batch = try BatchAcross<A.Scalar>(
      "NTXent", viewA: viewA, viewB: viewB, excluding: falseNegatives, temperature: temperature,
      variables: variables, pass: pass, across: group)
    return try batch.step(
      PositiveCrossEntropy(),
      floor: try CandidateSet.twoViews(size: batch.shards.total).floor(
        unlessIndividual: temperature, dimension: batch.inputs.first.columnCount))
  }
}
