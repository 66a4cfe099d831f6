import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Two views of every sample, all rows of which are each other's candidates: half a ring.
struct BatchAcross<Scalar: EmbeddingScalar> {
  let group: any RankGroup
  let inputs: PairInputs<Scalar>

  /// Of the samples.
  let shards: Shards

  let takesMaxima: Bool
  let options: LossOptions

  /// What came of it, by unit rows: those of the first view, and then those of the second.
  struct Result {
    let terms: [Double]
    let whole: WholeBatch
    var gradient: Block<Scalar>?
  }

  func run(
    _ function: any RowFunction, needsGradient: Bool
  ) throws(ContrastiveError) -> Result {
    let (compute, count) = (options.compute, shards.own)
    let rows: Block<Scalar> = compute.block(
      rowCount: 2 * count, columnCount: inputs.first.columnCount)
    inputs.first.setUnit(rows.rows(0..<count), options: compute)
    inputs.second.setUnit(rows.rows(count..<2 * count), options: compute)
    let ring = Ring(
      RingPlan(
        group, home: rows, travelling: nil, shards: shards.multiplied(by: 2), pairing: .views,
        scale: inputs.scale, anchors: (true, true), needsGradient: (needsGradient, needsGradient),
        observes: options.observes, takesMaxima: takesMaxima,
        keptByteCount: compute.keptByteCount, options: compute))
    let pairs = inputs.positiveLogits(
      rows.rows(0..<count), rows.rows(count..<2 * count), options: compute)
    let logits = pairs + pairs
    let positives = options.observes ? logits : nil
    var statistics = try ring.statistics(rowPositives: positives, columnPositives: positives)
    statistics.rows.counts = Array(repeating: 2 * shards.total - 2, count: 2 * count)
    var evaluation = RowEvaluator(
      function, scales: .one(inputs.scale),
      weights: options.weights(inputs.weights, total: 2 * shards.total), hasSinglePositive: true,
      observes: options.observes
    ).evaluate(
      0..<2 * count, statistics: statistics.rows, positives: PositiveLogits(logits))
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity
    let whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    var result = Result(terms: evaluation.values, whole: whole)
    guard needsGradient else { return result }
    let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
    let gradient = ring.plan.zeros(rowCount: 2 * count)
    _ = try ring.gradients(rowSlopes: slopes, columnSlopes: slopes, addingTo: gradient)
    result.gradient = gradient
    return result
  }
}

extension TwoViewGradient {
  /// By the views as they were given.
  init(
    _ result: BatchAcross<Scalar>.Result, of inputs: PairInputs<Scalar>, temperature: Temperature,
    variables: TwoViewVariables, options: ComputeOptions
  ) {
    self.init()
    let count = inputs.first.rowCount
    if variables.contains(.viewA) {
      viewA = inputs.first.gradient(
        fromUnit: result.gradient?.rows(0..<count), options: options)
    }
    if variables.contains(.viewB) {
      viewB = inputs.second.gradient(
        fromUnit: result.gradient?.rows(count..<2 * count), options: options)
    }
    byTemperature = result.whole.temperatureGradient(at: temperature, of: variables)
  }
}

extension TwoViewVariables {
  /// Whether a gradient by rows is wanted.
  var needRows: Bool { !isDisjoint(with: [.viewA, .viewB]) }
}
