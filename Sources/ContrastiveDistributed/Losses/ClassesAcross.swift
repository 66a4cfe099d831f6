import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Features against class weights of which each rank holds a part.
///
/// There are more classes than features: weights and their gradients stay where they are, and features go around.
struct ClassesAcross<Scalar: EmbeddingScalar> {
  let group: any RankGroup
  let features: AnyEmbeddings<Scalar>
  let classWeights: AnyEmbeddings<Scalar>
  /// Of all ranks' features.
  private let labels: [[Int]]

  let temperature: Temperature

  /// Of this rank's features: those of their classes, where classes have some of their own.
  let scales: RowScales

  /// Of this rank's classes.
  private let classScales: RowScales
  private let hasRowTemperatures: Bool

  let weights: TermWeights
  let shards: (features: Shards, classes: Shards)
  let takesMaxima: Bool
  let pass: LossPass

  init<F: Embeddings, W: Embeddings>(
    _ loss: String, features: F, classWeights: W, labels: [Int], temperature: Temperature,
    margin: Double, variables: ClassWeightVariables, pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) where F.Scalar == Scalar, W.Scalar == Scalar {
    let agreement = try group.agree(loss) { record throws(ContrastiveError) in
      record.rowCounts = [features.storedRowCount, classWeights.storedRowCount]
      record.require("margin", margin)
      let features = try AnyEmbeddings(features, named: .features)
      let classWeights = try AnyEmbeddings(classWeights, named: .classWeights)
      try classWeights.requireColumnCount(as: features)
      guard labels.count == features.rowCount else {
        throw ContrastiveError(
          .labels,
          .count(
            found: labels.count,
            expected: .exactly(features.rowCount, .onePerRow(of: .features))))
      }
      let scales = try record.require(
        temperature, scalar: Scalar.self, dimension: features.columnCount, variables: variables,
        pass: pass, rowCount: classWeights.rowCount, of: .classWeights)
      let weights = try pass.ownWeights(termCount: labels.count)
      record.hasModerateWeights = pass.reduction == .mean || weights.areModerate
      return (features, classWeights, scales, weights)
    }
    self.group = group
    let inputs = agreement.inputs
    (self.features, self.classWeights, weights) = (inputs.0, inputs.1, inputs.3)
    classScales = agreement.scales(inputs.2)
    hasRowTemperatures = agreement.hasRowTemperatures
    self.temperature = temperature
    shards = (agreement.shards[0], agreement.shards[1])
    takesMaxima = !agreement.hasModerateWeights
    self.pass = pass
    let all = try group.allGather(labels: labels, shards: shards.features)
    self.labels = all
    let classCount = shards.classes.total
    for (rank, labels) in all.enumerated() {
      guard let row = labels.firstIndex(where: { !(0..<classCount).contains($0) }) else { continue }
      // All ranks see it.
      throw ContrastiveError(
        .labels, row: row, .integer(found: labels[row], expected: .classes(classCount))
      ).found(by: rank)
    }
    guard case .each(let each) = classScales else {
      scales = classScales
      return
    }
    // Each class's from the rank that holds it; the others add nothing.
    let held = shards.classes.range(of: group.rank)
    let sums = try group.allReduce(
      all.joined().map { held.contains($0) ? each[$0 - held.lowerBound] : 0 })
    scales = .each(Array(sums[shards.features.range(of: group.rank)]))
  }

  /// d Σ w·φ / d log s of this rank's classes, of those of its features.
  private func byClass(_ slopes: [Double]) throws(ContrastiveError) -> [Double] {
    let held = shards.classes.range(of: group.rank)
    var result = Array(repeating: 0.0, count: held.count)
    let all = try group.allGather(slopes, counts: shards.features.counts)
    for (label, slope) in zip(labels.joined(), all.joined()) where held.contains(label) {
      result[label - held.lowerBound] += slope
    }
    return result
  }

  private var targetRows: TargetRows<Scalar> {
    TargetRows(group: group, classes: shards.classes, features: shards.features, labels: labels)
  }

  /// The weights of this rank's features' own classes as they were given, a row for each.
  func targets() throws(ContrastiveError) -> AnyEmbeddings<Scalar> {
    let rows = try targetRows.fetch(from: classWeights.matrix.block)
    return classWeights.areUnit
      ? AnyEmbeddings(unit: rows, named: classWeights.name)
      : try AnyEmbeddings(Matrix(rows), named: classWeights.name)
  }

  /// Adds to the gradients by unit rows, of features and of their own classes' weights, what a row function leaves out.
  typealias AddTargets = (
    _ terms: [Double], _ weights: TermWeights, _ byFeatures: Block<Scalar>?,
    _ byTargets: Block<Scalar>?
  ) -> Void

  /// - Parameter targets: As `targets()` returns them.
  func run(
    _ function: any RowFunction, targets: AnyEmbeddings<Scalar>, of variables: ClassWeightVariables,
    addTargets: AddTargets? = nil
  ) throws(ContrastiveError) -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let (compute, count, classCount) = (
      pass.options, shards.features.own, shards.classes.total
    )
    let home = classWeights.unitBlock(options: compute)
    let needs = (
      rows: variables.contains(.classWeights), columns: variables.contains(.features)
    )
    let ring = Ring(
      RingPlan(
        group, home: home, travelling: features, shards: shards.features,
        pairing: .labels(home: Array(shards.classes.range(of: group.rank)), blocks: labels),
        scales: try group.ringScales(home: nil, columns: scales, shards: shards.features),
        anchors: (false, true), needsGradient: needs, observes: pass.observes,
        takesMaxima: takesMaxima, keptByteCount: compute.keptByteCount, options: compute))
    let cosines = features.cosines(with: targets, options: compute)
    let logits = cosines.indices.map { scales[$0] * cosines[$0] }
    let ranked = features.ranked(
      cosines, with: targets, times: ring.plan.scales.tileScale, pass: pass)
    var statistics = try ring.statistics(rowPositives: nil, columnPositives: ranked)
    statistics.columns.counts = Array(repeating: classCount - 1, count: count)
    let weights = pass.weights(weights, total: shards.features.total)
    var evaluation = RowEvaluator(
      function, scales: scales, weights: weights, hasSinglePositive: true,
      observes: pass.observes
    ).evaluate(0..<count, statistics: statistics.columns, positives: PositiveLogits(logits))
    // Every rank has seen its classes' side of it.
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity / 2
    evaluation.observations.logitError = statistics.logitError
    if needs.rows || needs.columns {
      (evaluation.observations.weightCount, evaluation.observations.pairCount) = (
        count * classCount, count * classCount
      )
    }
    var whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    if hasRowTemperatures { whole.ownLogScaleSlopes = try byClass(whole.ownLogScaleSlopes) }
    var gradient = ClassWeightGradient<Scalar>()
    if needs.rows || needs.columns {
      let own = ring.plan.zeros(rowCount: needs.rows ? home.rowCount : 0)
      let byFeatures = try ring.gradients(
        rowSlopes: SpreadSlopes(none: home.rowCount, scale: ring.plan.scales.tileScale),
        columnSlopes: SpreadSlopes(AnchorSlopes(evaluation.slopes)), addingTo: own)
      if let addTargets {
        let byTargets = needs.rows ? ring.plan.zeros(rowCount: count) : nil
        addTargets(evaluation.values, weights, byFeatures, byTargets)
        if let byTargets { try targetRows.give(byTargets, addingTo: own, on: compute.isa) }
      }
      gradient.features = features.gradient(fromUnit: byFeatures, options: compute)
      gradient.classWeights = classWeights.gradient(
        fromUnit: needs.rows ? own : nil, options: compute)
    }
    gradient.byTemperature = whole.temperatureGradient(
      at: temperature, isIndividual: hasRowTemperatures, of: variables)
    return whole.step(
      terms: evaluation.values, gradient: gradient, level: pass.diagnostics,
      hasSinglePositive: true,
      floor: hasRowTemperatures
        ? nil
        : try temperature.floor(
          labels: labels.flatMap(\.self), classCount: classCount, margin: function.classMargin,
          dimension: features.columnCount))
  }
}
