import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveLosses

/// Queries at home, and keys that go round: the batch's own, of which each query has its positive, and shared ones; and further
/// pairs of the batch.
///
/// Each query's positive is at home too, and no part of the rings.
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

  /// b of all ranks' candidates, if these carry log-weights.
  var biases: Biases?

  let takesMaxima: Bool
  let needs: (queries: Bool, positives: Bool, negatives: Bool)
  let pass: LossPass

  /// Of this rank's terms, in the sum over all ranks.
  let weights: TermWeights

  struct Biases {
    var positives: [[Double]]
    var negatives: [[Double]]?

    /// The largest |b|.
    var largest: Double {
      (positives + (negatives ?? [])).joined().reduce(0) { max($0, abs($1)) }
    }
  }

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

    /// b of all ranks' keys.
    var biases: [[Double]]?
  }

  private var keys: [Keys] {
    var all: [Keys] = []
    if isInBatch {
      all.append(
        Keys(
          anchors: \.queries, side: \.positives, pairing: ids.pairing,
          counts: ids.negativeCounts(of: shards), biases: biases?.positives))
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
          } ?? Array(repeating: total, count: shards.own), biases: biases?.negatives))
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
          counts: ids.negativeCounts(of: shards),
          // Queries as candidates have no log-weights.
          biases: side == \.positives ? biases?.positives : nil))
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

  private func ring(
    _ keys: Keys, home: Block<Scalar>, anchors: NegativesRing<Scalar>.Anchors, keptByteCount: Int
  ) -> NegativesRing<Scalar> {
    NegativesRing(
      RingPlan(
        group, home: home, travelling: rows(keys.side),
        shards: keys.side == \.negatives ? negatives?.shards ?? shards : shards,
        pairing: keys.pairing, needsGradient: (needs(keys.anchors), needs(keys.side)),
        observes: pass.observes, keptByteCount: keptByteCount, options: pass.options),
      anchors: anchors, biases: keys.biases)
  }

  // MARK: The loss

  func run(_ function: any RowFunction) throws(ContrastiveError) -> Result {
    let (compute, count) = (pass.options, shards.own)
    let keys = keys
    let queries = inputs.first.unitBlock(options: compute)
    let positives =
      keys.contains { $0.anchors == \.positives } ? inputs.second.unitBlock(options: compute) : nil
    let cosines = inputs.cosines(options: compute)
    let anchors = NegativesRing<Scalar>.Anchors(
      function, scales: inputs.scales, rowCount: count, isBiased: biases != nil,
      largestBias: biases?.largest ?? 0, takesMaxima: takesMaxima,
      ranked: inputs.first.ranked(
        cosines, with: inputs.second, times: inputs.scales, pass: pass),
      dimension: inputs.first.columnCount, options: compute)
    let rings = keys.map {
      ring(
        $0, home: $0.anchors == \.queries ? queries : positives ?? queries, anchors: anchors,
        keptByteCount: compute.keptByteCount / keys.count)
    }
    var statistics = anchors.noStatistics
    var error: LogitError?
    for ring in rings {
      try ring.add(to: &statistics)
      error.formUnion(ring.logitError)
    }
    statistics.counts = (0..<count).map { row in keys.reduce(0) { $0 + $1.counts[row] } }
    let ownBiases = biases?.positives[shards.rank]
    let logits = inputs.logits(cosines, sides: 1)
    var evaluation = RowEvaluator(
      function, scales: inputs.scales, weights: weights, hasSinglePositive: true,
      observes: pass.observes
    ).evaluate(
      0..<count, statistics: statistics,
      positives: PositiveLogits(
        ownBiases.map { zip(logits, $0).map(+) } ?? logits, biases: ownBiases))
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

    for (keys, ring) in zip(keys, rings) {
      let gradient = result[keyPath: keys.anchors] ?? zeros(needs(keys.anchors))
      result[keyPath: keys.anchors] = gradient
      guard let byKeys = try ring.gradients(evaluation.slopes, addingTo: gradient) else { continue }
      if let earlier = result[keyPath: keys.side] {
        earlier.add(byKeys, on: compute.isa)
      } else {
        result[keyPath: keys.side] = byKeys
      }
    }
    if !needs.queries { result.queries = nil }
    result.positives = needs.positives ? result.positives ?? zeros(true) : nil
    addPairs(evaluation.slopes, queries: queries, to: result)
    return result
  }

  private func zeros(_ isNeeded: Bool) -> Block<Scalar> {
    pass.options.block(
      rowCount: isNeeded ? shards.own : 0, columnCount: inputs.first.columnCount, zeroed: true)
  }

  /// Adds what queries and their positives have of each other.
  private func addPairs(_ slopes: RowSlopes, queries: Block<Scalar>, to result: Result) {
    let isa = pass.options.isa
    for rows in (0..<shards.own).pieces(of: 256) {
      let scratch: Block<Scalar> = pass.options.block(
        rowCount: rows.count, columnCount: queries.columnCount)
      let positives = inputs.second.unit(rows, into: scratch, on: isa)
      let factors = rows.map { inputs.scales[$0] * slopes.positives[$0] }
      result.queries?.rows(rows).add(positives, times: factors, on: isa)
      result.positives?.rows(rows).add(queries.rows(rows), times: factors, on: isa)
    }
  }
}
