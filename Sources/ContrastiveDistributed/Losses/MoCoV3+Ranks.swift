import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension MoCoV3 {
  /// Returns the loss of all ranks' queries together, and this rank's rows of its gradient.
  ///
  /// - Parameters:
  ///   - queries: This rank's, `Nᵣ × d`: any number, also none.
  ///   - keys: `Nᵣ × d`; row i is the positive of query i, and all ranks' others are its negatives.
  ///   - falseNegatives: Which pairs are no negatives of each other, whatever rank they are on: by ids, of this rank's.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms: of `.weighted`, this rank's.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s.
  /// - Complexity: As `InfoNCE`'s in the batch.
  public func valueWithGradient<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar> = .none,
    of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    let agreement = try group.agree(
      "MoCoV3", on: queries, keys, named: (.queries, .keys), excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass, takesNegatives: true)
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let ids = try group.sharedIDs(agreement)
    let result = try OneWayAcross(
      group: group, inputs: inputs, shards: shards, ids: ids, isInBatch: true,
      takesMaxima: !agreement.hasModerateWeights,
      needs: (variables.contains(.queries), variables.contains(.keys), false), pass: pass,
      weights: pass.weights(inputs.weights, total: shards.total)
    ).run(MoCoV3Row())

    var gradient = Gradient<Q.Scalar>()
    gradient.queries = inputs.first.gradient(fromUnit: result.queries, options: options)
    gradient.keys = inputs.second.gradient(fromUnit: result.positives, options: options)
    gradient.byTemperature = result.whole.temperatureGradient(
      at: temperature, isIndividual: agreement.hasRowTemperatures, of: variables)
    let floor =
      ids != nil
      ? nil
      : try agreement.floor { () throws(ContrastiveError) in
        try CandidateSet.inBatch(size: shards.total).floor(
          temperature: temperature, dimension: inputs.first.columnCount)
      }
    return result.whole.step(
      terms: result.terms, gradient: gradient, level: diagnostics, hasSinglePositive: true,
      floor: floor.map {
        LossBound(value: 2 * temperature.value * $0.value, isAttainable: $0.isAttainable)
      })
  }
}
