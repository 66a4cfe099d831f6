public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension DebiasedContrastive: RankTwoViewLoss {
  /// Runs the loss of all ranks' samples together.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let batch = try BatchAcross<A.Scalar>(
      "DebiasedContrastive", viewA: viewA, viewB: viewB, excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass, across: group
    ) { record in
      record.require("positivePrior", positivePrior)
    }
    return try batch.step(function)
  }
}
