import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
public import ContrastiveLosses

extension CLIP: RankTwoTowerLoss {
  /// Runs the loss of all ranks' pairs together.
  ///
  /// Texts go around the ranks twice: first with the sums of their column of logits, then with their gradient.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// With log-weights a pair's logit is another in each direction, which then has rings of its own.
  ///
  /// - Complexity: 6NᵣNd flops, or 8NᵣNd where Nᵣ × N logits exceed `options.keptByteCount`; sends 3Nd numbers at the most; memory for
  ///   a rank's unit rows of one side and six parts of half a mebibyte, or of 1024 rows, besides the gradients. With log-weights
  ///   twice that.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass,
    across group: any RankGroup
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let agreement = try group.agree(
      "CLIP", on: images, texts, named: (.images, .texts), excluding: falseNegatives,
      temperature: temperature, variables: variables, pass: pass, sides: 2
    ) { record throws(ContrastiveError) in
      try record.require(logWeights, rowCount: record.rowCounts[0], scalar: Scalar.self)
    }
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let ids = try group.sharedIDs(agreement)
    let result =
      if let logWeights {
        try eachWay(agreement, ids: ids, logWeights: logWeights, variables, pass, across: group)
      } else {
        try bothWays(agreement, ids: ids, variables, pass, across: group)
      }
    var gradient = Gradient<Scalar>()
    gradient.images = inputs.first.gradient(fromUnit: result.images, options: pass.options)
    gradient.texts = inputs.second.gradient(fromUnit: result.texts, options: pass.options)
    gradient.byTemperature = result.whole.temperatureGradient(
      at: temperature, isIndividual: agreement.hasRowTemperatures, of: variables)
    return result.whole.step(
      terms: result.terms, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: ids != nil || logWeights != nil
        ? nil
        : try agreement.floor { () throws(ContrastiveError) in
          try CandidateSet.inBatch(size: shards.total).floor(
            temperature: temperature, dimension: inputs.first.columnCount)
        })
  }

  /// What comes of all pairs, by unit rows.
  private struct Result<Scalar: EmbeddingScalar> {
    let terms: [Double]
    let whole: WholeBatch
    var images: Block<Scalar>?
    var texts: Block<Scalar>?
  }

  /// Rows and columns from the same tiles.
  private func bothWays<Scalar: EmbeddingScalar>(
    _ agreement: Agreement<PairInputs<Scalar>>, ids: SharedIDs?, _ variables: TwoTowerVariables,
    _ pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> Result<Scalar> {
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    let needs = (rows: variables.contains(.images), columns: variables.contains(.texts))
    let ring = Ring(
      RingPlan(
        group, home: inputs.first.unitBlock(options: pass.options), travelling: inputs.second,
        shards: shards, pairing: ids.pairing,
        scales: try group.ringScales(
          home: inputs.scales(ofSide: 0), columns: inputs.scales(ofSide: 1), shards: shards),
        anchors: (true, true), needsGradient: needs, observes: pass.observes,
        takesMaxima: !agreement.hasModerateWeights,
        keptByteCount: pass.options.keptByteCount, options: pass.options))
    let cosines = inputs.cosines(options: pass.options)
    let positives = inputs.first.ranked(
      cosines, with: inputs.second, times: ring.plan.scales.tileScale, pass: pass)
    let statistics = try ring.statistics(rowPositives: positives, columnPositives: positives)
    let count = shards.own
    var both = statistics.rows.appending(statistics.columns)
    let counts = ids.negativeCounts(of: shards)
    both.counts = counts + counts
    let weights = pass.weights(inputs.weights, total: shards.total).halvedForBothWays
    var evaluation = RowEvaluator(
      PositiveCrossEntropy(), scales: inputs.scales, weights: weights,
      hasSinglePositive: true, observes: pass.observes
    ).evaluate(
      0..<2 * count, statistics: both,
      positives: PositiveLogits(inputs.logits(cosines, sides: 2)))
    evaluation.observations.negativeSimilarity = statistics.negativeSimilarity
    evaluation.observations.logitError = statistics.logitError
    let terms = (0..<count).map { (evaluation.values[$0] + evaluation.values[count + $0]) / 2 }
    var result = Result<Scalar>(
      terms: terms, whole: try WholeBatch(evaluation, terms: terms).reduced(over: group))
    guard needs.rows || needs.columns else { return result }
    let slopes = SpreadSlopes(AnchorSlopes(evaluation.slopes))
    let images = ring.plan.zeros(rowCount: needs.rows ? count : 0)
    result.texts = try ring.gradients(
      rowSlopes: slopes[0..<count], columnSlopes: slopes[count..<2 * count], addingTo: images)
    result.images = needs.rows ? images : nil
    return result
  }

  /// One direction after the other, each with its candidates' numbers.
  private func eachWay<Scalar: EmbeddingScalar>(
    _ agreement: Agreement<PairInputs<Scalar>>, ids: SharedIDs?, logWeights: PairLogWeights,
    _ variables: TwoTowerVariables, _ pass: LossPass, across group: any RankGroup
  ) throws(ContrastiveError) -> Result<Scalar> {
    let (inputs, shards) = (agreement.inputs, agreement.shards[0])
    var function = PositiveCrossEntropy()
    function.hasChance = false
    func run(
      _ inputs: PairInputs<Scalar>, _ biases: [Double]?, needs: (Bool, Bool)
    ) throws(ContrastiveError) -> OneWayAcross<Scalar>.Result {
      let direction = OneWayAcross(
        group: group, inputs: inputs, shards: shards, ids: ids, isInBatch: true,
        biases: try biases.map { biases throws(ContrastiveError) in
          OneWayAcross<Scalar>.Biases(positives: try group.allGather(biases, counts: shards.counts))
        }, takesMaxima: !agreement.hasModerateWeights, needs: (needs.0, needs.1, false),
        pass: pass, weights: pass.weights(inputs.weights, total: shards.total).halved)
      return try direction.run(function)
    }
    let needs = (variables.contains(.images), variables.contains(.texts))
    let ofImages = try run(inputs.side(0), logWeights.columns, needs: needs)
    let ofTexts = try run(inputs.side(1), logWeights.rows, needs: (needs.1, needs.0))
    var whole = ofImages.whole
    whole.add(ofTexts.whole)
    func sum(_ first: Block<Scalar>?, _ second: Block<Scalar>?) -> Block<Scalar>? {
      if let second { first?.add(second, on: pass.options.isa) }
      return first
    }
    return Result(
      terms: zip(ofImages.terms, ofTexts.terms).map { ($0 + $1) / 2 }, whole: whole,
      images: sum(ofImages.queries, ofTexts.positives),
      texts: sum(ofImages.positives, ofTexts.queries))
  }
}

extension CallRecord {
  /// Tells which directions have log-weights, and checks this rank's.
  fileprivate mutating func require<Scalar: EmbeddingScalar>(
    _ logWeights: PairLogWeights?, rowCount: Int, scalar: Scalar.Type
  ) throws(ContrastiveError) {
    let kind = logWeights.map { 1 + ($0.rows == nil ? 0 : 1) + ($0.columns == nil ? 0 : 2) } ?? 0
    require("logWeights", Double(kind)) {
      ["none", "of no direction", "of images", "of texts", "of images and texts"][Int($0)]
    }
    _ = try Candidates<Scalar>.checked(
      logWeights?.columns, count: rowCount, named: .logWeightsOfColumns)
    _ = try Candidates<Scalar>.checked(logWeights?.rows, count: rowCount, named: .logWeightsOfRows)
  }
}
