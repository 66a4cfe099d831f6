import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Queries at home, and keys that go round: the batch's own, of which each query has its positive, and shared ones; and further
/// pairs of the batch.
struct OneWayAcross<Scalar: EmbeddingScalar> {
  let group: any RankGroup
  let inputs: PairInputs<Scalar>

  /// Of the pairs.
  let shards: Shards

  /// Of the pairs, if candidates of a query's id are none.
  var ids: SharedIDs?

  /// Further keys that are negatives of every query, the ranks' parts of them, and their ids.
  var negatives: (rows: AnyEmbeddings<Scalar>, shards: Shards, ids: SharedIDs?)?

  /// Whether the other queries' positives are negatives.
  let isInBatch: Bool

  var batchCandidates: InfoNCE.BatchCandidates = []
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

  // MARK: Keys

  private typealias Side = WritableKeyPath<Result, Block<Scalar>?>

  /// Keys that go round, and which rows at home they are candidates against.
  private struct Keys {
    let anchors: Side
    let side: Side
    let pairing: Pairing

    /// How many are negatives of each query.
    let counts: [Int]
  }

  private var keys: [Keys] {
    var all: [Keys] = []
    if isInBatch {
      all.append(
        Keys(
          anchors: \.queries, side: \.positives, pairing: ids.pairing,
          counts: ids.negativeCounts(of: shards)))
    }
    if let negatives {
      let total = negatives.shards.total
      all.append(
        Keys(
          anchors: \.queries, side: \.negatives,
          pairing: negatives.ids.map {
            .ids(home: ids?.own ?? [], blocks: $0.all, positive: .none)
          } ?? .none,
          counts: negatives.ids.map { others in
            (ids?.own ?? []).map { total - others.count(of: $0) }
          } ?? Array(repeating: total, count: shards.own)))
    }
    let further: [(InfoNCE.BatchCandidates, anchors: Side, side: Side)] = [
      (.queriesWithQueries, \.queries, \.queries),
      (.positivesWithQueries, \.positives, \.queries),
      (.positivesWithPositives, \.positives, \.positives),
    ]
    for (kind, anchors, side) in further where batchCandidates.contains(kind) {
      // Without ids every pair has one of its own, so that it is left out where it meets itself.
      let blocks = ids?.all ?? shards.counts.indices.map { Array(shards.range(of: $0)) }
      all.append(
        Keys(
          anchors: anchors, side: side,
          pairing: .ids(home: blocks[shards.rank], blocks: blocks, positive: .none),
          counts: ids.negativeCounts(of: shards)))
    }
    return all
  }

  private func needs(_ side: Side) -> Bool {
    side == \.queries ? needs.queries : side == \.positives ? needs.positives : needs.negatives
  }

  private func rows(_ side: Side) -> AnyEmbeddings<Scalar> {
    side == \.queries
      ? inputs.first : side == \.positives ? inputs.second : negatives?.rows ?? inputs.second
  }

  private func ring(_ keys: Keys, home: Block<Scalar>, keptByteCount: Int) -> Ring<Scalar> {
    Ring(
      RingPlan(
        group, home: home, travelling: rows(keys.side),
        shards: keys.side == \.negatives ? negatives?.shards ?? shards : shards,
        pairing: keys.pairing, scale: inputs.scale, anchors: (true, false),
        needsGradient: (needs(keys.anchors), needs(keys.side)), observes: pass.observes,
        takesMaxima: takesMaxima, keptByteCount: keptByteCount, options: pass.options))
  }

  // MARK: The loss

  func run(_ function: any RowFunction) throws(ContrastiveError) -> Result {
    let (compute, scale, count) = (pass.options, inputs.scale, shards.own)
    let keys = keys
    let queries = inputs.first.unitBlock(options: compute)
    let positives =
      keys.contains { $0.anchors == \.positives } ? inputs.second.unitBlock(options: compute) : nil
    let rings = keys.map {
      ring(
        $0, home: $0.anchors == \.queries ? queries : positives ?? queries,
        keptByteCount: compute.keptByteCount / keys.count)
    }
    let logits = inputs.positiveLogits(options: compute)
    let ranked = inputs.rankedLogits(logits, pass: pass)
    var statistics: RowStatistics?
    var similarity = 0.0
    var error: LogitError?
    for ring in rings {
      let part = try ring.statistics(
        rowPositives: ranked, columnPositives: nil)
      error.formUnion(part.logitError)
      // Seen from both sides, of which one asks.
      similarity += part.negativeSimilarity / 2
      if statistics == nil {
        statistics = part.rows
      } else {
        statistics?.merge(matching: part.rows)
      }
    }
    guard var statistics else { preconditionFailure("no keys at all") }
    statistics.counts = (0..<count).map { row in keys.reduce(0) { $0 + $1.counts[row] } }
    var evaluation = RowEvaluator(
      function, scales: .one(scale),
      weights: pass.weights(inputs.weights, total: shards.total), hasSinglePositive: true,
      observes: pass.observes
    ).evaluate(0..<count, statistics: statistics, positives: PositiveLogits(logits))
    evaluation.observations.negativeSimilarity = similarity
    evaluation.observations.logitError = error
    let needsGradient = needs.queries || needs.positives || needs.negatives
    if needsGradient {
      // All of them, by products.
      let pairCount = count * rings.reduce(0) { $0 + $1.plan.shards.total }
      (evaluation.observations.weightCount, evaluation.observations.pairCount) = (
        pairCount, pairCount
      )
    }
    let whole = try WholeBatch(evaluation, terms: evaluation.values).reduced(over: group)
    var result = Result(terms: evaluation.values, whole: whole)
    guard needsGradient else { return result }

    func zeros(_ isNeeded: Bool) -> Block<Scalar> {
      compute.block(
        rowCount: isNeeded ? count : 0, columnCount: queries.columnCount, zeroed: true)
    }
    let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
    for (keys, ring) in zip(keys, rings) {
      let gradient = result[keyPath: keys.anchors] ?? zeros(needs(keys.anchors))
      result[keyPath: keys.anchors] = gradient
      let byKeys = try ring.gradients(
        rowSlopes: slopes,
        columnSlopes: SpreadSlopes(none: ring.plan.shards.own, scale: scale),
        addingTo: gradient)
      guard let byKeys else { continue }
      if let earlier = result[keyPath: keys.side] {
        earlier.add(byKeys, on: compute.isa)
      } else {
        result[keyPath: keys.side] = byKeys
      }
    }
    if !isInBatch {
      // Positives that no other query sees.
      let factors = evaluation.slopes.positives.map { scale * $0 }
      let positives = inputs.second.unitBlock(options: compute)
      if needs.queries { result.queries?.add(positives, times: factors, on: compute.isa) }
      if needs.positives {
        let own = zeros(true)
        own.add(queries, times: factors, on: compute.isa)
        result.positives = own
      }
    }
    if !needs.queries { result.queries = nil }
    if !needs.positives { result.positives = nil }
    return result
  }
}
