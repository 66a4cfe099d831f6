import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Queries at home, and keys that go round: the batch's own, of which each query has its positive, and shared ones.
struct OneWayAcross<Scalar: EmbeddingScalar> {
  let group: any RankGroup
  let inputs: PairInputs<Scalar>

  /// Of the pairs.
  let shards: Shards

  /// Further keys that are negatives of every query, and the ranks' parts of them.
  let negatives: (rows: AnyEmbeddings<Scalar>, shards: Shards)?

  /// Whether the other queries' positives are negatives.
  let isInBatch: Bool

  let takesMaxima: Bool
  let needs: (queries: Bool, positives: Bool, negatives: Bool)
  let pass: LossPass

  /// What came of it, by unit rows.
  struct Result {
    let terms: [Double]
    let whole: WholeBatch
    var queries: Block<Scalar>?
    var positives: Block<Scalar>?
    var negatives: Block<Scalar>?
  }

  private func ring(
    _ home: Block<Scalar>, _ travelling: Block<Scalar>, shards: Shards, pairing: Pairing,
    needsColumns: Bool
  ) -> Ring<Scalar> {
    Ring(
      RingPlan(
        group, home: home, travelling: travelling, shards: shards, pairing: pairing,
        scale: inputs.scale, anchors: (true, false), needsGradient: (needs.queries, needsColumns),
        observes: pass.observes, takesMaxima: takesMaxima,
        keptByteCount: pass.options.keptByteCount / (isInBatch && negatives != nil ? 2 : 1),
        options: pass.options))
  }

  func run(_ function: any RowFunction) throws(ContrastiveError) -> Result {
    let (compute, scale, count) = (pass.options, inputs.scale, shards.own)
    let queries = inputs.first.contiguousUnit(compute)
    let positives = inputs.second.contiguousUnit(compute)
    var rings: [Ring<Scalar>] = []
    if isInBatch {
      rings.append(
        ring(
          queries, positives, shards: shards, pairing: .ownRows, needsColumns: needs.positives))
    }
    if let negatives {
      rings.append(
        ring(
          queries, negatives.rows.contiguousUnit(compute), shards: negatives.shards, pairing: .none,
          needsColumns: needs.negatives))
    }
    let logits = inputs.positiveLogits(queries, positives, options: compute)
    var statistics: RowStatistics?
    var similarity = 0.0
    for ring in rings {
      let part = try ring.statistics(
        rowPositives: pass.observes ? logits : nil, columnPositives: nil)
      // Seen from both sides, of which one asks.
      similarity += part.negativeSimilarity / 2
      if statistics == nil { statistics = part.rows } else { statistics?.add(part.rows) }
    }
    let candidateCount = (isInBatch ? shards.total - 1 : 0) + (negatives?.shards.total ?? 0)
    guard var statistics else { preconditionFailure("no keys at all") }
    statistics.counts = Array(repeating: candidateCount, count: count)
    var evaluation = RowEvaluator(
      function, scales: .one(scale),
      weights: pass.weights(inputs.weights, total: shards.total), hasSinglePositive: true,
      observes: pass.observes
    ).evaluate(0..<count, statistics: statistics, positives: PositiveLogits(logits))
    evaluation.observations.negativeSimilarity = similarity
    let needsGradient = needs.queries || needs.positives || needs.negatives
    if needsGradient {
      // All of them, by products.
      let pairCount = count * ((isInBatch ? shards.total : 0) + (negatives?.shards.total ?? 0))
      (evaluation.observations.weightCount, evaluation.observations.pairCount) = (
        pairCount, pairCount
      )
    }
    let whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    var result = Result(terms: evaluation.values, whole: whole)
    guard needsGradient else { return result }

    let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
    let gradient: Block<Scalar> = compute.block(
      rowCount: needs.queries ? count : 0, columnCount: queries.columnCount, zeroed: true)
    var keyGradients: [Block<Scalar>?] = []
    for ring in rings {
      keyGradients.append(
        try ring.gradients(
          rowSlopes: slopes,
          columnSlopes: SpreadSlopes(none: ring.plan.travelling.rowCount, scale: scale),
          addingTo: gradient))
    }
    if needs.queries { result.queries = gradient }
    if needs.negatives, negatives != nil { result.negatives = keyGradients.last ?? nil }
    if isInBatch {
      result.positives = keyGradients[0]
    } else {
      // Positives that no other query sees.
      let factors = evaluation.slopes.positives.map { scale * $0 }
      result.queries?.add(positives, times: factors, on: compute.isa)
      if needs.positives {
        let own: Block<Scalar> = compute.block(
          rowCount: count, columnCount: queries.columnCount, zeroed: true)
        own.add(queries, times: factors, on: compute.isa)
        result.positives = own
      }
    }
    return result
  }
}
