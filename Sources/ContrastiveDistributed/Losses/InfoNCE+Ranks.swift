import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
public import ContrastiveLosses

extension InfoNCE {
  /// Returns the loss of all ranks' queries together, and this rank's rows of its gradient.
  ///
  /// Equal to the loss of the ranks' queries, one after another, their positives, and their negatives, which are every query's.
  /// Keys go around the ranks twice, the second time with their gradient.
  ///
  /// - Parameters:
  ///   - queries: This rank's, `Nᵣ × d`: any number, also none. A `Matrix` is normalised, `UnitRows` are not.
  ///   - positives: `Nᵣ × d`; row i is the positive of query i.
  ///   - negatives: In the batch, this rank's part of shared ones, or both; of the same kind on every rank.
  ///   - falseNegatives: Which candidates are no negatives after all, whatever rank they are on: by ids, of this rank's pairs
  ///     and of its negatives.
  ///   - logWeights: Numbers added to the logits of this rank's positives and of its part of the negatives: on every rank or on none.
  ///   - variables: What to differentiate by, the same on every rank.
  ///   - reduction: The weights of the queries' terms: of `.weighted`, this rank's.
  ///   - diagnostics: Of the whole batch.
  ///   - options: Threads, and memory for this rank's rows of the logits.
  ///   - group: The ranks, all of which call this.
  /// - Returns: As `CLIP`'s.
  /// - Throws: `ContrastiveError`, the same on every rank, if a rank's arguments are not right or differ from rank 0's, or if a rank
  ///   has left or is silent; and for paired negatives.
  /// - Complexity: 6NᵣMd flops against M candidates, or 8NᵣMd where the logits exceed `options.keptByteCount`; sends 3Md numbers at the
  ///   most. Candidates that take no gradient go round once: 4NᵣMd flops, and Md numbers.
  public func valueWithGradient<Q: Embeddings, P: Embeddings>(
    queries: Q, positives: P, negatives: Negatives<Q.Scalar> = .inBatch,
    excluding falseNegatives: FalseNegatives<Q.Scalar> = .none, logWeights: LogWeights? = nil,
    of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions(), across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>>
  where P.Scalar == Q.Scalar {
    typealias Scalar = Q.Scalar
    let pass = LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    var agreement = try group.agree("InfoNCE") { record throws(ContrastiveError) in
      let rows = try negatives.rows?.embeddings(named: .negatives)
      let pairs = try PairInputs<Scalar>(
        queries, positives, named: (.queries, .positives), negatives: rows,
        excluding: falseNegatives, temperature: temperature, variables: variables, pass: pass,
        in: &record)
      try rows?.requireColumnCount(as: pairs.first)
      record.require("batchCandidates", batchCandidates.rawValue)
      record.rowCounts.append(rows?.rowCount ?? 0)
      record.require("negatives", negatives.kind) { Negatives<Scalar>.kinds[Int($0)] }
      record.require("hardness", hardness)
      record.require("logWeights", logWeights == nil ? 0 : 1) { $0 == 0 ? "none" : "some" }
      try requireRanks(negatives)
      try logWeights?.requireCounts(
        positives: pairs.first.rowCount, negatives: rows?.rowCount ?? 0, as: Scalar.self)
      var function = PositiveCrossEntropy(
        exponent: try exponent(pairs.scales, for: Scalar.self))
      function.hasChance = logWeights == nil
      return (pairs: pairs, negatives: rows, function: function)
    }
    agreement.inputs.pairs.scales = agreement.scales(agreement.inputs.pairs.scales)
    let (inputs, shards) = (agreement.inputs, agreement.shards)
    let ids = try inputs.pairs.ids.map { ids throws(ContrastiveError) in
      try SharedIDs(ids.pairs, shards: shards[0], across: group)
    }
    let negativeIDs = try inputs.pairs.ids?.negatives.map { ids throws(ContrastiveError) in
      try SharedIDs(ids, shards: shards[1], across: group)
    }
    let biases = try logWeights.map { own throws(ContrastiveError) in
      OneWayAcross<Scalar>.Biases(
        positives: try group.allGather(own.positives, counts: shards[0].counts),
        negatives: try group.allGather(own.negatives, counts: shards[1].counts))
    }
    let result = try OneWayAcross(
      group: group, inputs: inputs.pairs, shards: shards[0], ids: ids,
      negatives: inputs.negatives.map { ($0, shards[1], negativeIDs) },
      isInBatch: negatives.kind != 1, batchCandidates: batchCandidates, biases: biases,
      takesMaxima: !agreement.hasModerateWeights,
      needs: (
        variables.contains(.queries), variables.contains(.positives),
        variables.contains(.negatives) && inputs.negatives != nil
      ), pass: pass, weights: pass.weights(inputs.pairs.weights, total: shards[0].total)
    ).run(inputs.function)

    var gradient = Gradient<Scalar>()
    gradient.queries = inputs.pairs.first.gradient(
      fromUnit: result.queries, options: options)
    gradient.positives = inputs.pairs.second.gradient(
      fromUnit: result.positives, options: options)
    gradient.negatives = inputs.negatives?.gradient(
      fromUnit: result.negatives, options: options)
    gradient.byTemperature = result.whole.temperatureGradient(
      at: temperature, isIndividual: agreement.hasRowTemperatures, of: variables)
    let isPlain = ids == nil && batchCandidates.isEmpty && hardness == 0 && logWeights == nil
    let candidates: CandidateSet? =
      switch negatives.source {
      case _ where !isPlain: nil
      case .inBatch: .inBatch(size: shards[0].total)
      case .shared: .free(negatives: shards[1].total)
      case .paired, .inBatchAndShared: nil
      }
    return result.whole.step(
      terms: result.terms, gradient: gradient, level: diagnostics, hasSinglePositive: true,
      floor: try agreement.floor { () throws(ContrastiveError) in
        try candidates?.floor(
          temperature: temperature, dimension: inputs.pairs.first.columnCount)
      })
  }

  private func requireRanks<Scalar>(_ negatives: Negatives<Scalar>) throws(ContrastiveError) {
    if case .paired = negatives.source {
      throw ContrastiveError(
        .negatives,
        .choice(
          found: "paired",
          expected: "in the batch, shared, or both, across ranks: a query's own need no others"))
    }
    try requireValidHardness()
    if !batchCandidates.isEmpty, negatives.kind == 1 {
      throw ContrastiveError(
        .batchCandidates,
        .choice(
          found: "some without negatives of the batch",
          expected: "none, or negatives .inBatch or .inBatchAndShared"))
    }
  }
}

extension Negatives {
  /// The kinds, to be told to other ranks.
  fileprivate static var kinds: [String] {
    ["in-batch", "shared", "in-batch and shared", "paired"]
  }

  fileprivate var kind: Double {
    switch source {
    case .inBatch: 0
    case .shared: 1
    case .inBatchAndShared: 2
    case .paired: 3
    }
  }
}
