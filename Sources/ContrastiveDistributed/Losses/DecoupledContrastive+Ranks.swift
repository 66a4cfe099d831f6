public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension DecoupledContrastive: RankTwoViewLoss {
  /// Runs the loss of all ranks' samples together.
  ///
  /// With weights, which come of a softmax over the positives of the batch, every rank is told all of these.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// - Throws: As for `valueWithGradient`, and for fewer than two samples together.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let batch = try BatchAcross<A.Scalar>(
      "DecoupledContrastive", viewA: viewA, viewB: viewB, excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass, across: group
    ) { record throws(ContrastiveError) in
      record.require("weightTemperature", weightTemperature?.value ?? 0)
      guard let weightTemperature else { return }
      try weightTemperature.requireValid(as: .weightTemperature)
      guard !weightTemperature.isIndividual else {
        throw ContrastiveError(
          .weightTemperature,
          .choice(found: "\(weightTemperature)", expected: "one for all rows"))
      }
    }
    let (inputs, shards) = (batch.inputs, batch.shards)
    guard shards.total > 1 else {
      throw ContrastiveError(
        .viewA,
        .count(
          .row, found: 1, expected: .atLeast(2, .because("which are each other's negatives"))))
    }
    var function = DecoupledRow()
    if let weightTemperature {
      let cosines = try group.allGather(
        inputs.first.cosines(with: inputs.second, options: pass.options), counts: shards.counts)
      let weights = Self.weights(cosines.flatMap(\.self), at: weightTemperature)
      function.positiveWeights = Array(weights[shards.range(of: group.rank)])
    }
    return try batch.step(
      function, floor: try floor(size: shards.total, dimension: inputs.first.columnCount))
  }
}
