public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension DecoupledContrastive {
  /// Returns the loss of all ranks' samples together, and this rank's rows of its gradient.
  ///
  /// With weights, which come of a softmax over the positives of the batch, every rank is told all of these.
  ///
  /// - Parameters: As `NTXent`'s.
  /// - Returns: As `NTXent`'s.
  /// - Throws: As `NTXent`'s, and for fewer than two samples together.
  /// - Complexity: As `NTXent`'s.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    typealias Scalar = A.Scalar
    let options = LossOptions(reduction: reduction, level: diagnostics, compute: options)
    let agreement = try group.agree("DecoupledContrastive") { record throws(ContrastiveError) in
      record.require("weightTemperature", weightTemperature?.value ?? 0)
      if let weightTemperature, weightTemperature.isIndividual {
        throw ContrastiveError(
          .weightTemperature,
          .choice(found: "\(weightTemperature)", expected: "one for all rows"))
      }
      return try PairInputs<Scalar>(
        viewA, viewB, named: (.viewA, .viewB), temperature: temperature, variables: variables,
        options: options, termsPerRow: 2, in: &record)
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    guard shards.total > 1 else {
      throw ContrastiveError(
        .viewA,
        .count(
          .row, found: 1, expected: .atLeast(2, .because("which are each other's negatives"))))
    }
    var function = DecoupledRow()
    if let weightTemperature {
      let cosines = try group.allGather(
        inputs.first.cosines(with: inputs.second, options: options.compute), counts: shards.counts)
      let weights = Self.weights(cosines.flatMap(\.self), at: weightTemperature)
      function.positiveWeights = Array(weights[shards.range(of: group.rank)])
    }
    let result = try BatchAcross(
      group: group, inputs: inputs, shards: shards, takesMaxima: !agreement.hasModerateWeights,
      options: options
    ).run(function, needsGradient: variables.needRows)
    return result.whole.step(
      terms: result.terms,
      gradient: TwoViewGradient(
        result, of: inputs, temperature: temperature, variables: variables,
        options: options.compute), level: diagnostics, hasSinglePositive: true,
      floor: try floor(size: shards.total, dimension: inputs.first.columnCount),
      canBeNegative: true)
  }
}
