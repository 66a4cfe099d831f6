import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Two views of every sample, all rows of which are each other's candidates: half a ring.
struct BatchAcross<Scalar: EmbeddingScalar> {
  private let group: any RankGroup
  let inputs: PairInputs<Scalar>

  /// Of the samples.
  let shards: Shards

  private let ids: SharedIDs?
  private let takesMaxima: Bool
  private let temperature: Temperature
  private let variables: TwoViewVariables
  private let pass: LossPass

  /// Agrees with the other ranks on a loss.
  ///
  /// - Parameters: As of `RankGroup.agree`.
  init<A: Embeddings, B: Embeddings>(
    _ loss: String, viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<Scalar>,
    temperature: Temperature, variables: TwoViewVariables, pass: LossPass,
    across group: any RankGroup,
    _ further: (inout CallRecord) throws(ContrastiveError) -> Void = { _ in }
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    let agreement = try group.agree(
      loss, on: viewA, viewB, named: (.viewA, .viewB), excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass, termsPerRow: 2, further)
    self.group = group
    (inputs, shards) = (agreement.inputs, agreement.shards[0])
    ids = try group.sharedIDs(agreement)
    takesMaxima = !agreement.hasModerateWeights
    self.temperature = temperature
    self.variables = variables
    self.pass = pass
  }

  /// - Parameter floor: What bounds the mean of all terms where all other rows are candidates.
  func step(
    _ function: any RowFunction, floor: LossBound?
  ) throws(ContrastiveError) -> LossStep<Scalar, TwoViewGradient<Scalar>> {
    let result = try run(function)
    let count = inputs.first.rowCount
    var gradient = TwoViewGradient<Scalar>()
    if variables.contains(.viewA) {
      gradient.viewA = inputs.first.gradient(
        fromUnit: result.gradient?.rows(0..<count), options: pass.options)
    }
    if variables.contains(.viewB) {
      gradient.viewB = inputs.second.gradient(
        fromUnit: result.gradient?.rows(count..<2 * count), options: pass.options)
    }
    gradient.byTemperature = result.whole.temperatureGradient(at: temperature, of: variables)
    return result.whole.step(
      terms: result.terms, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: ids == nil ? floor : nil, canBeNegative: function.canBeNegative)
  }

  private var pairing: Pairing {
    guard let ids else { return .views }
    return .ids(home: ids.own + ids.own, blocks: ids.all.map { $0 + $0 }, positive: .otherView)
  }

  /// What comes of it, by unit rows: those of the first view, and then those of the second.
  private func run(
    _ function: any RowFunction
  ) throws(ContrastiveError) -> (
    terms: [Double], whole: WholeBatch, gradient: Block<Scalar>?
  ) {
    let (compute, count) = (pass.options, shards.own)
    let needsGradient = !variables.isDisjoint(with: [.viewA, .viewB])
    let rows: Block<Scalar> = compute.block(
      rowCount: 2 * count, columnCount: inputs.first.columnCount)
    inputs.first.setUnit(rows.rows(0..<count), options: compute)
    inputs.second.setUnit(rows.rows(count..<2 * count), options: compute)
    let ring = Ring(
      RingPlan(
        group, home: rows, travelling: nil, shards: shards.multiplied(by: 2), pairing: pairing,
        scale: inputs.scale, anchors: (true, true), needsGradient: (needsGradient, needsGradient),
        observes: pass.observes, takesMaxima: takesMaxima,
        keptByteCount: compute.keptByteCount, options: compute))
    let pairs = inputs.positiveLogits(options: compute)
    let logits = pairs + pairs
    let positives = inputs.rankedLogits(pairs, pass: pass).map { $0 + $0 }
    var statistics = try ring.statistics(rowPositives: positives, columnPositives: positives)
    let counts = ids.negativeCounts(of: shards).map { 2 * $0 }
    statistics.rows.counts = counts + counts
    var evaluation = RowEvaluator(
      function, scales: .one(inputs.scale),
      weights: pass.weights(inputs.weights, total: 2 * shards.total), hasSinglePositive: true,
      observes: pass.observes
    ).evaluate(
      0..<2 * count, statistics: statistics.rows, positives: PositiveLogits(logits))
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity
    evaluation.observations.logitError = statistics.logitError
    let whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    guard needsGradient else { return (evaluation.values, whole, nil) }
    let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
    let gradient = ring.plan.zeros(rowCount: 2 * count)
    _ = try ring.gradients(rowSlopes: slopes, columnSlopes: slopes, addingTo: gradient)
    return (evaluation.values, whole, gradient)
  }
}
