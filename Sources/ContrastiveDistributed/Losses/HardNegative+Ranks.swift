public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension HardNegative: RankTwoViewLoss {
  /// Runs the loss of all ranks' samples together.
  ///
  /// A pair's two exponentials are one row's alone: blocks go all the way round, twice.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// - Throws: As for `valueWithGradient`, and for a β beyond what the scalar holds.
  /// - Complexity: 6nᵣnd flops for nᵣ of n rows, or 8nᵣnd recomputed; sends 3nd numbers at the most.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let batch = try BatchAcross<A.Scalar>(
      "HardNegative", viewA: viewA, viewB: viewB, excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass, across: group
    ) { record throws(ContrastiveError) in
      record.require("positivePrior", positivePrior)
      record.require("concentration", concentration)
      _ = try function(as: A.Scalar.self)
    }
    return try batch.step(try function(as: A.Scalar.self))
  }
}
