import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Two views of every sample, all rows of which are each other's candidates.
struct BatchAcross<Scalar: EmbeddingScalar> {
  private let group: any RankGroup
  let inputs: PairInputs<Scalar>

  /// Of the samples.
  let shards: Shards

  private let ids: SharedIDs?
  private let takesMaxima: Bool
  private let temperature: Temperature
  private let hasRowTemperatures: Bool
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
      temperature: temperature, variables: variables, pass: pass, sides: 2, termsPerRow: 2,
      further)
    self.group = group
    (inputs, shards) = (agreement.inputs, agreement.shards[0])
    ids = try group.sharedIDs(agreement)
    takesMaxima = !agreement.hasModerateWeights
    self.temperature = temperature
    hasRowTemperatures = agreement.hasRowTemperatures
    self.variables = variables
    self.pass = pass
  }

  /// - Parameter floor: What bounds the mean of all terms where all other rows are candidates, of one temperature.
  func step(
    _ function: any RowFunction, floor: LossBound? = nil
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
    gradient.byTemperature = result.whole.temperatureGradient(
      at: temperature, isIndividual: hasRowTemperatures, of: variables)
    return result.whole.step(
      terms: result.terms, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: ids == nil && !hasRowTemperatures ? floor : nil, canBeNegative: function.canBeNegative)
  }

  private var pairing: Pairing {
    guard let ids else { return .views }
    return .ids(home: ids.own + ids.own, blocks: ids.all.map { $0 + $0 }, positive: .otherView)
  }

  /// What comes of it, by unit rows: those of the first view, and then those of the second.
  private typealias Result = (terms: [Double], whole: WholeBatch, gradient: Block<Scalar>?)

  private func run(_ function: any RowFunction) throws(ContrastiveError) -> Result {
    let (compute, count) = (pass.options, shards.own)
    let rows: Block<Scalar> = compute.block(
      rowCount: 2 * count, columnCount: inputs.first.columnCount)
    inputs.first.setUnit(rows.rows(0..<count), options: compute)
    inputs.second.setUnit(rows.rows(count..<2 * count), options: compute)
    return function.exponents == [1]
      ? try bothWays(function, rows) : try eachWay(function, rows)
  }

  private var needsGradient: Bool { !variables.isDisjoint(with: [.viewA, .viewB]) }

  private func evaluate(
    _ function: any RowFunction, _ statistics: RowStatistics, cosines: [Double]
  ) -> RowEvaluation {
    var statistics = statistics
    let counts = ids.negativeCounts(of: shards).map { 2 * $0 }
    statistics.counts = counts + counts
    return RowEvaluator(
      function, scales: inputs.scales,
      weights: pass.weights(inputs.weights, total: 2 * shards.total), hasSinglePositive: true,
      observes: pass.observes
    ).evaluate(
      0..<2 * shards.own, statistics: statistics,
      positives: PositiveLogits(inputs.logits(cosines, sides: 2)))
  }

  /// One tile for a row and a column: half a ring.
  private func bothWays(
    _ function: any RowFunction, _ rows: Block<Scalar>
  ) throws(ContrastiveError) -> Result {
    let (compute, shards) = (pass.options, self.shards.multiplied(by: 2))
    let ring = Ring(
      RingPlan(
        group, home: rows, travelling: nil, shards: shards, pairing: pairing,
        scales: try group.ringScales(home: inputs.scales, columns: inputs.scales, shards: shards),
        anchors: (true, true), needsGradient: (needsGradient, needsGradient),
        observes: pass.observes, takesMaxima: takesMaxima,
        keptByteCount: compute.keptByteCount, options: compute))
    let cosines = inputs.cosines(options: compute)
    let positives = inputs.first.ranked(
      cosines, with: inputs.second, times: ring.plan.scales.tileScale, pass: pass
    ).map { $0 + $0 }
    let statistics = try ring.statistics(rowPositives: positives, columnPositives: positives)
    var evaluation = evaluate(function, statistics.rows, cosines: cosines)
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity
    evaluation.observations.logitError = statistics.logitError
    let whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    guard needsGradient else { return (evaluation.values, whole, nil) }
    let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
    let gradient = ring.plan.zeros(rowCount: rows.rowCount)
    _ = try ring.gradients(rowSlopes: slopes, columnSlopes: slopes, addingTo: gradient)
    return (evaluation.values, whole, gradient)
  }

  /// Rows as anchors, and the same rows as keys: two exponents are not a row's and a column's alike.
  private func eachWay(
    _ function: any RowFunction, _ rows: Block<Scalar>
  ) throws(ContrastiveError) -> Result {
    let (compute, count) = (pass.options, shards.own)
    let cosines = inputs.cosines(options: compute)
    let ranked = [(0, inputs.first, inputs.second), (1, inputs.second, inputs.first)].map {
      $1.ranked(cosines, with: $2, times: inputs.scales(ofSide: $0), pass: pass)
    }
    let ring = NegativesRing(
      RingPlan(
        group, home: rows, travelling: AnyEmbeddings(unit: rows, named: .embeddings),
        shards: shards.multiplied(by: 2), pairing: pairing,
        needsGradient: (needsGradient, needsGradient), observes: pass.observes,
        keptByteCount: compute.keptByteCount, options: compute),
      anchors: .init(
        function, scales: inputs.scales, rowCount: 2 * count, takesMaxima: takesMaxima,
        ranked: pass.observes ? ranked.flatMap { $0 ?? [] } : nil,
        dimension: rows.columnCount, options: compute))
    var statistics = ring.noStatistics
    try ring.add(to: &statistics)
    var evaluation = evaluate(function, statistics, cosines: cosines)
    evaluation.observations.logitError = ring.logitError
    if needsGradient {
      let pairCount = 4 * count * shards.total
      (evaluation.observations.weightCount, evaluation.observations.pairCount) = (
        pairCount, pairCount
      )
    }
    let whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    guard needsGradient else { return (evaluation.values, whole, nil) }
    let gradient = ring.plan.zeros(rowCount: rows.rowCount)
    let byKeys = try ring.gradients(evaluation.slopes, addingTo: gradient)
    if let byKeys { gradient.add(byKeys, on: compute.isa) }
    // What the views of a sample have of each other, each as the other's positive.
    let slopes = (0..<2 * count).map { inputs.scales[$0] * evaluation.slopes.positives[$0] }
    let both = (0..<count).map { slopes[$0] + slopes[count + $0] }
    gradient.rows(0..<count).add(rows.rows(count..<2 * count), times: both, on: compute.isa)
    gradient.rows(count..<2 * count).add(rows.rows(0..<count), times: both, on: compute.isa)
    return (evaluation.values, whole, gradient)
  }
}
