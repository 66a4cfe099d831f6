public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension SupCon {
  /// Returns the loss of all ranks' rows together, and this rank's rows of its gradient.
  ///
  /// Half a ring as `NTXent`'s. Every rank is told all labels; a row's positives may be anywhere, and what its term needs of them
  /// is added up on the way as that of the negatives is.
  ///
  /// - Parameters:
  ///   - embeddings: This rank's, `nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - labels: One per row: rows of one label are positives of each other, whatever rank they are on.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms; the mean is over all ranks' rows with a positive.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  ///   - group: The ranks, every one of which makes the same call.
  /// - Returns: As `CLIP`'s.
  /// - Throws: As `CLIP`'s.
  /// - Complexity: As `NTXent`'s, and memory for the logits of pairs of one label.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    typealias Scalar = E.Scalar
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    let agreement = try group.agree(
      "SupCon", on: embeddings, embeddings, named: (.embeddings, .embeddings),
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
    let (inputs, shards, compute) = (
      agreement.inputs, agreement.shards[0], options
    )
    let all = try group.allGather(labels: labels, shards: shards)
    let sizes = all.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
    let termCount = all.joined().count { sizes[$0, default: 0] > 1 }
    let needsGradient = variables.contains(.embeddings)
    let ring = Ring(
      RingPlan(
        group, home: inputs.first.unitBlock(options: compute), travelling: nil, shards: shards,
        pairing: .labels(home: labels, blocks: all), scale: inputs.scale, anchors: (true, true),
        needsGradient: (needsGradient, needsGradient), observes: pass.observes,
        takesMaxima: !agreement.hasModerateWeights, keptByteCount: compute.keptByteCount,
        options: compute))
    var statistics = try ring.statistics(rowPositives: nil, columnPositives: nil)
    statistics.rows.counts = labels.map { shards.total - sizes[$0, default: 0] }
    let weights = pass.weights(inputs.weights, total: termCount)
    let rows = SupConRows(
      statistics.rows, positives: statistics.rowPositives, weights: weights, scale: inputs.scale,
      observes: pass.observes)
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
    gradient.byTemperature = whole.temperatureGradient(at: temperature, of: variables)
    return whole.step(
      terms: rows.terms, gradient: gradient, level: diagnostics, hasSinglePositive: false,
      floor: nil)
  }
}
