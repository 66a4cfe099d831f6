public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Of pairs alone, the keys are the positives, and negatives are in the batch.
extension InfoNCE: PairedLoss {
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try naming([.positives: .keys]) { () throws(ContrastiveError) in
      try InfoNCEStep(
        self, queries: queries, positives: keys, negatives: .inBatch,
        falseNegatives: falseNegatives, logWeights: nil,
        variables: Variables(rawValue: variables.rawValue), pass: pass
      ).run()
    }.renaming { PairGradient($0) }
  }
}

extension PairGradient {
  init(_ gradient: InfoNCE.Gradient<Scalar>) {
    self.init(
      queries: gradient.queries, keys: gradient.positives, byTemperature: gradient.byTemperature)
  }
}
