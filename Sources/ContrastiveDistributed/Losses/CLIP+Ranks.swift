import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension CLIP {
  /// Returns the loss of all ranks' pairs together, and this rank's rows of its gradient.
  ///
  /// Equal to the loss of the ranks' images, one after another, and their texts, to rounding. Texts go around the ranks twice:
  /// first with the sums of their column of logits, then with their gradient.
  ///
  /// - Parameters:
  ///   - images: This rank's, `Nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - texts: `Nᵣ × d`; row i belongs to row i of the images.
  ///   - variables: What to differentiate by, the same on every rank.
  ///   - reduction: The weights of the pairs' terms: of `.weighted`, this rank's.
  ///   - diagnostics: Of the whole batch.
  ///   - options: Threads, and memory for this rank's rows of the logits.
  ///   - group: The ranks, all of which call this.
  /// - Returns: Value, gradients by the temperature and diagnostics of the whole batch, and the terms and the gradients by
  ///   images and texts of this rank's rows.
  /// - Throws: `ContrastiveError`, the same on every rank, if a rank's arguments are not right or differ from rank 0's, or if a rank
  ///   has left or is silent.
  /// - Complexity: 6NᵣNd flops, or 8NᵣNd where Nᵣ × N logits exceed `options.keptByteCount`; sends 3Nd numbers at the most; memory for
  ///   five blocks of a rank's rows besides the gradients.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions(),
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, Gradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let options = LossOptions(reduction: reduction, level: diagnostics, compute: options)
    let agreement = try group.agree("CLIP") { record throws(ContrastiveError) in
      try PairInputs<Scalar>(
        images, texts, named: (.images, .texts), temperature: temperature, variables: variables,
        options: options, in: &record)
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let rows = inputs.first.contiguousUnit(options.compute)
    let columns = inputs.second.contiguousUnit(options.compute)
    let needs = (rows: variables.contains(.images), columns: variables.contains(.texts))
    let ring = Ring(
      RingPlan(
        group, home: rows, travelling: columns, shards: shards, pairing: .ownRows,
        scale: inputs.scale, anchors: (true, true), needsGradient: needs,
        observes: options.observes, takesMaxima: !agreement.hasModerateWeights,
        keptByteCount: options.compute.keptByteCount, options: options.compute))
    let logits = inputs.positiveLogits(rows, columns, options: options.compute)
    let positives = options.observes ? logits : nil
    let statistics = try ring.statistics(rowPositives: positives, columnPositives: positives)
    let count = shards.own
    var both = statistics.rows.appending(statistics.columns)
    both.counts = Array(repeating: shards.total - 1, count: 2 * count)
    let weights = options.weights(inputs.weights, total: shards.total).halvedForBothWays
    var evaluation = RowEvaluator(
      PositiveCrossEntropy(), scales: .one(inputs.scale), weights: weights,
      hasSinglePositive: true, observes: options.observes
    ).evaluate(0..<2 * count, statistics: both, positives: PositiveLogits(logits + logits))
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity
    let terms = (0..<count).map { (evaluation.values[$0] + evaluation.values[count + $0]) / 2 }
    let whole = try WholeBatch(evaluation, terms: terms).reduced(over: group)

    var gradient = Gradient<Scalar>()
    if needs.rows || needs.columns {
      let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
      let images = ring.plan.zeros(rowCount: needs.rows ? count : 0)
      let texts = try ring.gradients(
        rowSlopes: slopes[0..<count], columnSlopes: slopes[count..<2 * count],
        addingTo: images)
      gradient.images = inputs.first.gradient(
        fromUnit: needs.rows ? images : nil, options: options.compute)
      gradient.texts = inputs.second.gradient(fromUnit: texts, options: options.compute)
    }
    gradient.byTemperature = whole.temperatureGradient(at: temperature, of: variables)
    return whole.step(
      terms: terms, gradient: gradient, level: diagnostics, hasSinglePositive: true,
      floor: try CandidateSet.inBatch(size: shards.total).floor(
        unlessIndividual: temperature, dimension: columns.columnCount))
  }
}
