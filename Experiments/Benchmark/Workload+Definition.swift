import Contrastive

extension Workload {
  var definition: WorkloadDefinition {
    switch self {
    case .moco: .againstNegatives(flopsPerPair: 4) { try queue(&$0, $1) }
    case .mocoForward: .againstNegatives(flopsPerPair: 2) { try queue(&$0, $1) }
    case .infoNCE, .clip, .sigLIP, .matryoshka: pairs(flopsPerPair: 6)
    case .clipGroups: pairs(flopsPerPair: 24)
    // Of the gradients only tokens and those nearest to them are multiplied.
    case .maxSim: pairs(flopsPerPair: Double(2 * rowsPerQuery.queries * rowsPerQuery.keys))
    case .coSENT:
      WorkloadDefinition(flops: { 6 * $0.queries * $0.dimension }) { inputs, _ in
        var arrays = try pairs(&inputs)
        arrays.scores = try inputs.scores()
        return arrays
      }
    case .ntXent: pairs(flopsPerPair: 24)
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

  private func pairs(flopsPerPair: Double) -> WorkloadDefinition {
    .ofTheBatch(flopsPerPair: flopsPerPair) { inputs, _ in try pairs(&inputs) }
  }

  private func pairs(_ inputs: inout WorkloadInputs) throws -> WorkloadArrays<Float> {
    let queries = try inputs.rows("queries", .queries, each: rowsPerQuery.queries)
    return WorkloadArrays(
      queries: queries, keys: try inputs.rows("keys", .queries, each: rowsPerQuery.keys),
      rowsPerQuery: rowsPerQuery)
  }

  private func queue(
    _ inputs: inout WorkloadInputs, _ storage: SixteenBitFormat?
  ) throws -> WorkloadArrays<Float> {
    var arrays = try pairs(&inputs)
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
