public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Of pairs alone, the keys are the positives, and negatives are in the batch.
extension InfoNCE: LogWeightedPairedLoss {
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    logWeights: PairLogWeights?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try inWordsOfPairs { () throws(ContrastiveError) in
      try InfoNCEStep(
        self, queries: queries, positives: keys, negatives: .inBatch,
        falseNegatives: falseNegatives, logWeights: try logWeights?.ofPositives,
        variables: Variables(rawValue: variables.rawValue), pass: pass
      ).run()
    }
  }
}

/// What InfoNCE makes of pairs, its positives being the keys.
func inWordsOfPairs<Scalar>(
  _ step: () throws(ContrastiveError) -> LossStep<Scalar, InfoNCE.Gradient<Scalar>>
) throws(ContrastiveError) -> LossStep<Scalar, PairGradient<Scalar>> {
  try naming([.positives: .keys, .logWeightsOfPositives: .logWeightsOfColumns], step)
    .renaming { PairGradient($0) }
}

extension PairGradient {
  init(_ gradient: InfoNCE.Gradient<Scalar>) {
    self.init(
      queries: gradient.queries, keys: gradient.positives, byTemperature: gradient.byTemperature)
  }
}
