import Contrastive

extension Workload {
  var definition: WorkloadDefinition {
    switch self {
    case .moco: .againstNegatives(flopsPerPair: 4) { try Self.queue(&$0, $1) }
    case .mocoForward: .againstNegatives(flopsPerPair: 2) { try Self.queue(&$0, $1) }
    case .infoNCE, .clip, .sigLIP: .ofTheBatch(flopsPerPair: 6) { try Self.pairs(&$0, $1) }
    case .ntXent: .ofTheBatch(flopsPerPair: 24) { try Self.pairs(&$0, $1) }
    case .supCon, .multiSimilarity, .circle:
      .ofTheBatch(flopsPerPair: 6) { inputs, _ in
        let queries = try inputs.rows("queries", .queries)
        return WorkloadArrays(queries: queries, labels: try inputs.labels(.fourEach))
      }
    case .normFace:
      .againstNegatives(flopsPerPair: 6) { inputs, _ in
        let features = try inputs.rows("queries", .queries)
        let weights = try inputs.rows("weights", .negatives)
        return WorkloadArrays(
          queries: features, weights: weights, labels: try inputs.labels(.classes))
      }
    }
  }

  private static func pairs(
    _ inputs: inout WorkloadInputs, _ storage: SixteenBitFormat?
  ) throws -> WorkloadArrays<Float> {
    let queries = try inputs.rows("queries", .queries)
    return WorkloadArrays(queries: queries, keys: try inputs.rows("keys", .queries))
  }

  private static func queue(
    _ inputs: inout WorkloadInputs, _ storage: SixteenBitFormat?
  ) throws -> WorkloadArrays<Float> {
    var arrays = try pairs(&inputs, storage)
    let rows = try inputs.unitRows("queue", .negatives)
    arrays.queue = storage.map { rows.stored(as: $0) } ?? rows
    return arrays
  }
}

extension WorkloadDefinition {
  /// A loss of N queries and K negatives.
  fileprivate static func againstNegatives(
    flopsPerPair: Double, arrays: @escaping Arrays
  ) -> WorkloadDefinition {
    WorkloadDefinition(
      flops: { flopsPerPair * $0.queries * $0.negatives * $0.dimension }, usesNegatives: true,
      arrays: arrays)
  }

  /// A loss of N queries and as many keys.
  fileprivate static func ofTheBatch(
    flopsPerPair: Double, arrays: @escaping Arrays
  ) -> WorkloadDefinition {
    WorkloadDefinition(
      flops: { flopsPerPair * $0.queries * $0.queries * $0.dimension }, arrays: arrays)
  }
}
