public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension SigLIP: RankTwoTowerLoss {
  /// Runs the loss of all ranks' pairs together.
  ///
  /// A pair of an image and a text needs nothing of the others: texts go around the ranks once, with their gradient.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// - Throws: As for `valueWithGradient`, and if the bias is not finite.
  /// - Complexity: 6NᵣNd flops; sends 2Nd numbers at the most.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let agreement = try group.agree(
      "SigLIP", on: images, texts, named: (.images, .texts), excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass
    ) { record throws(ContrastiveError) in
      record.require("bias", bias)
      try requireNone(logWeights)
      try bias.requireLogit(as: Scalar.self, named: .bias)
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let ids = try group.sharedIDs(agreement)
    let ring = PairsRing(
      group, inputs: inputs, shards: shards, ids: ids, bias: bias,
      weights: pass.weights(inputs.weights, total: shards.total),
      needs: (variables.contains(.images), variables.contains(.texts)), pass: pass)
    let sums = try ring.run()

    var part = WholeBatch()
    part.value = sums.value
    part.ownLogScaleSlopes = sums.logScaleSlopes
    part.logScaleSlope = sums.logScaleSlopes.reduce(0, +)
    part.extra = [
      sums.offsetSlopes.reduce(0, +), sums.positiveSimilarity, sums.negativeSimilarity,
      Double(ids.negativeCounts(of: shards).reduce(0, +)),
    ]
    part.observations.logitError = sums.logitError
    let whole = try part.reduced(over: group)
    var gradient = Gradient<Scalar>()
    gradient.images = inputs.first.gradient(fromUnit: sums.rowGradient, options: pass.options)
    gradient.texts = inputs.second.gradient(fromUnit: sums.columnGradient, options: pass.options)
    if variables.contains(.bias) { gradient.bias = Scalar(whole.extra[0]) }
    gradient.byTemperature = whole.temperatureGradient(
      at: temperature, isIndividual: agreement.hasRowTemperatures, of: variables)
    var diagnostics: Diagnostics?
    if pass.observes {
      diagnostics = Diagnostics()
      diagnostics?.logitError = whole.observations.logitError
      diagnostics?.meanPositiveSimilarity = whole.extra[1] / Double(shards.total)
      if whole.extra[3] > 0 {
        diagnostics?.meanNegativeSimilarity = whole.extra[2] / whole.extra[3]
      }
    }
    return LossStep(
      value: Scalar(whole.value), terms: sums.values.map { Scalar($0) }, gradient: gradient,
      diagnostics: diagnostics)
  }
}
