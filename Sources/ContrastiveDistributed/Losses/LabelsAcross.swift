import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// All ranks' rows against themselves, with labels: half a ring.
///
/// Every rank is told all labels. A row's positives may be anywhere, and what its term needs of them comes along as that of
/// the negatives does.
struct LabelsAcross<Scalar: EmbeddingScalar> {
  private let group: any RankGroup
  private let agreement: Agreement<PairInputs<Scalar>>
  private let labels: [[Int]]
  private let sizes: [Int: Int]
  private let temperature: Temperature
  private let variables: EmbeddingVariables
  private let pass: LossPass

  private var inputs: PairInputs<Scalar> { agreement.inputs }
  private var shards: Shards { agreement.shards[0] }

  init<E: Embeddings>(
    _ loss: String, embeddings: E, labels: [Int], temperature: Temperature,
    variables: EmbeddingVariables, pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    let agreement = try group.agree(
      loss, on: embeddings, embeddings, named: (.embeddings, .embeddings),
      temperature: temperature, variables: variables, pass: pass
    ) { record throws(ContrastiveError) in
      let rowCount = record.rowCounts[0]
      guard labels.count == rowCount else {
        throw ContrastiveError(
          .labels,
          .count(
            found: labels.count,
            expected: .exactly(rowCount, .onePerRow(of: .embeddings))))
      }
    }
    self.labels = try group.allGather(labels: labels, shards: agreement.shards[0])
    sizes = self.labels.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
    (self.group, self.agreement) = (group, agreement)
    (self.temperature, self.variables, self.pass) = (temperature, variables, pass)
  }

  /// How many rows have a positive.
  var anchorCount: Int { labels.joined().count { sizes[$0, default: 0] > 1 } }

  /// How many pairs of a row and a positive there are.
  var pairCount: Int { labels.joined().reduce(0) { $0 + sizes[$1, default: 1] - 1 } }

  /// - Parameters:
  ///   - termCount: How many terms all ranks have, in the mean.
  ///   - listsPositives: Whether positives are wanted one by one.
  ///   - evaluate: What becomes of this rank's rows.
  func step(
    termCount: Int, listsPositives: Bool = false,
    _ evaluate: (Ring<Scalar>.Statistics, TermWeights, RowScales) -> SpreadRows
  ) throws(ContrastiveError) -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    let (compute, needsGradient) = (pass.options, variables.contains(.embeddings))
    var plan = RingPlan(
      group, home: inputs.first.unitBlock(options: compute), travelling: nil, shards: shards,
      pairing: .labels(home: labels[shards.rank], blocks: labels),
      scales: try group.ringScales(home: inputs.scales, columns: inputs.scales, shards: shards),
      anchors: (true, true), needsGradient: (needsGradient, needsGradient),
      observes: pass.observes, takesMaxima: !agreement.hasModerateWeights,
      keptByteCount: compute.keptByteCount, options: compute)
    plan.listsPositives = listsPositives
    plan.homeStart = shards.range(of: shards.rank).lowerBound
    let ring = Ring(plan)
    var statistics = try ring.statistics(rowPositives: nil, columnPositives: nil)
    statistics.rows.counts = labels[shards.rank].map { shards.total - sizes[$0, default: 0] }
    let rows = evaluate(
      statistics, pass.weights(inputs.weights, total: termCount), inputs.scales)
    var part = rows.part
    part.observations.negativeSimilarity = statistics.negativeSimilarity
    part.observations.logitError = statistics.logitError
    let whole = try part.reduced(over: group)

    var gradient = EmbeddingGradient<Scalar>()
    if needsGradient {
      let byUnit = ring.plan.zeros(rowCount: shards.own)
      _ = try ring.gradients(
        rowSlopes: rows.slopes, columnSlopes: rows.slopes, addingTo: byUnit)
      gradient.embeddings = inputs.first.gradient(fromUnit: byUnit, options: compute)
    }
    gradient.byTemperature = whole.temperatureGradient(
      at: temperature, isIndividual: agreement.hasRowTemperatures, of: variables)
    return whole.step(
      terms: rows.terms, gradient: gradient, level: pass.diagnostics, hasSinglePositive: false,
      floor: nil)
  }
}
