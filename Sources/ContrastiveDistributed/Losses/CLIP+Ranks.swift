import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension CLIP: RankTwoTowerLoss {
  /// Runs the loss of all ranks' pairs together.
  ///
  /// Texts go around the ranks twice: first with the sums of their column of logits, then with their gradient.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// - Complexity: 6NᵣNd flops, or 8NᵣNd where Nᵣ × N logits exceed `options.keptByteCount`; sends 3Nd numbers at the most; memory for
  ///   a rank's unit rows of one side and six parts of half a mebibyte, or of 1024 rows, besides the gradients.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    of variables: TwoTowerVariables, pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    let agreement = try group.agree(
      "CLIP", on: images, texts, named: (.images, .texts), excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass)
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let ids = try group.sharedIDs(agreement)
    let needs = (rows: variables.contains(.images), columns: variables.contains(.texts))
    let ring = Ring(
      RingPlan(
        group, home: inputs.first.unitBlock(options: pass.options), travelling: inputs.second,
        shards: shards, pairing: ids.pairing,
        scale: inputs.scale, anchors: (true, true), needsGradient: needs,
        observes: pass.observes, takesMaxima: !agreement.hasModerateWeights,
        keptByteCount: pass.options.keptByteCount, options: pass.options))
    let logits = inputs.positiveLogits(options: pass.options)
    let positives = inputs.rankedLogits(logits, pass: pass)
    let statistics = try ring.statistics(rowPositives: positives, columnPositives: positives)
    let count = shards.own
    var both = statistics.rows.appending(statistics.columns)
    let counts = ids.negativeCounts(of: shards)
    both.counts = counts + counts
    let weights = pass.weights(inputs.weights, total: shards.total).halvedForBothWays
    var evaluation = RowEvaluator(
      PositiveCrossEntropy(), scales: .one(inputs.scale), weights: weights,
      hasSinglePositive: true, observes: pass.observes
    ).evaluate(0..<2 * count, statistics: both, positives: PositiveLogits(logits + logits))
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity
    evaluation.observations.logitError = statistics.logitError
    let terms = (0..<count).map { (evaluation.values[$0] + evaluation.values[count + $0]) / 2 }
    let whole = try WholeBatch(evaluation, terms: terms).reduced(over: group)

    var gradient = Gradient<I.Scalar>()
    if needs.rows || needs.columns {
      let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
      let images = ring.plan.zeros(rowCount: needs.rows ? count : 0)
      let texts = try ring.gradients(
        rowSlopes: slopes[0..<count], columnSlopes: slopes[count..<2 * count],
        addingTo: images)
      gradient.images = inputs.first.gradient(
        fromUnit: needs.rows ? images : nil, options: pass.options)
      gradient.texts = inputs.second.gradient(fromUnit: texts, options: pass.options)
    }
    gradient.byTemperature = whole.temperatureGradient(at: temperature, of: variables)
    return whole.step(
      terms: terms, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: ids != nil
        ? nil
        : try CandidateSet.inBatch(size: shards.total).floor(
          unlessIndividual: temperature, dimension: inputs.first.columnCount))
  }
}
