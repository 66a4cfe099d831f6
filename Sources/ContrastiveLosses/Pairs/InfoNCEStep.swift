import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine

/// One call of InfoNCE: its arguments checked, put as a problem of rows, and its gradients taken back
/// to what was given.
struct InfoNCEStep<Scalar: EmbeddingScalar> {
  let loss: InfoNCE
  let queries: AnyEmbeddings<Scalar>
  let positives: AnyEmbeddings<Scalar>
  let negatives: Negatives<Scalar>
  let negativeRows: AnyEmbeddings<Scalar>?
  let falseNegatives: FalseNegatives<Scalar>
  let logWeights: LogWeights?
  let variables: InfoNCE.Variables
  let pass: LossPass

  /// What the loss is of a row's sums, where it is another than the cross-entropy.
  var function: (any RowFunction)?

  /// How a cosine becomes a logit.
  var logits = LogitForm.scaledCosines

  /// What the plain loss's floor makes that function's; `nil` where none is known.
  var floor: Floor = { plain, _, _ in plain }

  typealias Floor = (_ plain: LossBound, _ size: Int, _ dimension: Int) -> LossBound?

  var options: ComputeOptions { pass.options }

  init<Q: Embeddings, P: Embeddings>(
    _ loss: InfoNCE, queries: Q, positives: P, negatives: Negatives<Scalar>,
    falseNegatives: FalseNegatives<Scalar>, logWeights: LogWeights?,
    variables: InfoNCE.Variables, pass: LossPass
  ) throws(ContrastiveError) where Q.Scalar == Scalar, P.Scalar == Scalar {
    self.loss = loss
    self.queries = try AnyEmbeddings(queries, named: .queries)
    self.positives = try AnyEmbeddings(positives, named: .positives)
    try self.positives.requireShape(as: self.queries)
    self.negatives = negatives
    negativeRows = try negatives.rows?.embeddings(named: .negatives)
    try negativeRows?.requireColumnCount(as: self.queries)
    self.falseNegatives = falseNegatives
    self.logWeights = logWeights
    self.variables = variables
    self.pass = pass
    try requireCompatibleOptions()
  }

  var isInBatch: Bool {
    switch negatives.source {
    case .inBatch, .inBatchAndShared: true
    case .shared, .paired: false
    }
  }

  var isPaired: Bool { if case .paired = negatives.source { true } else { false } }

  /// Whether the candidates are those of the plain loss, of which chance and floor are known.
  private var isPlain: Bool {
    if case .none = falseNegatives.rule {
      loss.hardness == 0 && loss.batchCandidates.isEmpty && logWeights == nil
    } else {
      false
    }
  }

  // MARK: The problem

  func run() throws(ContrastiveError) -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
    let problem = try problem()
    let result =
      isPaired
      ? try GatheredEngine(problem, positives: positives, options: options).run()
      : try problem.run(options: options)
    // What a row got as a candidate joins what it got as an anchor, or as a positive.
    let own = (isInBatch ? 1 : 0) + (negativeRows == nil ? 0 : 1)
    for (index, keys) in problem.candidates.keys.enumerated().dropFirst(own) {
      guard let gradient = result.keyGradients[index] else { continue }
      let areQueries = keys.rows.name == queries.name
      let target = areQueries ? result.queryGradient : result.keyGradients[0]
      target?.add(gradient, on: options.isa)
    }
    return try step(result)
  }

  func sweep(
    over temperatures: [Temperature], keepingTerms: Bool, continuing: (_ queryCount: Int) -> Bool
  ) throws(ContrastiveError) -> [SweepPoint<Scalar>] {
    let problem = try problem()
    guard !isPaired else {
      // There is no product that queries share.
      _ = try temperatures.scales(for: Scalar.self)
      var points: [SweepPoint<Scalar>] = []
      for temperature in temperatures {
        let (function, floor) = try rowFunction(at: temperature)
        points.append(
          try GatheredEngine(problem, positives: positives, options: options).point(
            at: temperature, function: function, floor: floor, keepingTerms: keepingTerms))
        guard continuing(queries.rowCount) else { break }
      }
      return points
    }
    return try OneWayEngine.sweep(
      problem, temperatures: temperatures, keepingTerms: keepingTerms, options: options,
      continuing: continuing
    ) { temperature throws(ContrastiveError) in
      try rowFunction(at: temperature)
    }
  }

  private func rowFunction(
    at temperature: Temperature
  ) throws(ContrastiveError) -> (any RowFunction, floor: LossBound?) {
    var function = PositiveCrossEntropy(
      exponent: try loss.exponent(
        .one(temperature.scale(for: Scalar.self)), for: Scalar.self))
    function.hasChance = logWeights == nil
    let floor = try candidateSet?.floor(
      unlessIndividual: temperature, dimension: queries.columnCount)
    return (function, floor)
  }

  /// The loss as a problem of rows: the batch's own keys, shared ones, and then further candidates of the batch.
  func problem() throws(ContrastiveError) -> OneWayProblem<Scalar> {
    let (needsQueries, needsPositives) = (
      variables.contains(.queries), variables.contains(.positives)
    )
    let scales = try loss.temperature.scales(
      for: Scalar.self, rowCount: queries.rowCount, of: queries.name)
    let crossEntropy = PositiveCrossEntropy(
      exponent: try loss.exponent(scales, for: Scalar.self))
    let ownBiases = logWeights?.positives.map { Scalar($0) }
    let excluded = try excludedColumns()
    var keys: [Candidates<Scalar>.Keys] = []
    if isInBatch {
      keys.append(
        .init(
          rows: positives, roles: .diagonal, needsGradient: needsPositives,
          excluded: excluded?.positives, biases: ownBiases))
    }
    if let negativeRows {
      keys.append(
        .init(
          rows: negativeRows, roles: .negatives, needsGradient: variables.contains(.negatives),
          excluded: excluded?.negatives, biases: logWeights?.negatives.map { Scalar($0) }))
    }
    let batch = loss.batchCandidates
    // Queries as candidates have no log-weights.
    let noBiases: [Scalar]? = ownBiases.map { Array(repeating: 0, count: $0.count) }
    if batch.contains(.queriesWithQueries) {
      keys.append(
        .init(
          rows: queries, roles: .selfExcluded, needsGradient: needsQueries,
          excluded: excluded?.queriesWithQueries, biases: noBiases))
    }
    if batch.contains(.positivesWithQueries) {
      keys.append(
        .init(
          rows: queries, roles: .selfExcluded, needsGradient: needsQueries,
          excluded: excluded?.positivesWithQueries, anchor: .positives, biases: noBiases))
    }
    if batch.contains(.positivesWithPositives) {
      keys.append(
        .init(
          rows: positives, roles: .selfExcluded, needsGradient: needsPositives,
          excluded: excluded?.positivesWithPositives, anchor: .positives, biases: ownBiases))
    }
    var problem = OneWayProblem(
      queries: queries, queriesNeedGradient: needsQueries,
      candidates: Candidates(
        keys: keys,
        positives: isInBatch
          ? .column
          : .array(positives, needsGradient: needsPositives, biases: logWeights?.positives)),
      function: function ?? crossEntropy, scales: scales,
      weights: try pass.weights(termCount: queries.rowCount))
    problem.observes = pass.diagnostics == .all
    if logWeights != nil, var smoothed = problem.function as? LabelSmoothedRow {
      smoothed.biasTotals = problem.candidates.biasTotals(rowCount: queries.rowCount)
      problem.function = smoothed
    }
    if let map = try logits.map(
      scales, for: problem.function, hasLogWeights: logWeights != nil,
      as: Scalar.self)
    {
      (problem.map, problem.scales) = (map, .one(1))
    }
    return problem
  }

  private func step(
    _ result: EngineResult<Scalar>
  ) throws(ContrastiveError) -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
    var gradient = InfoNCE.Gradient<Scalar>()
    gradient.queries = queries.gradient(fromUnit: result.queryGradient, options: options)
    gradient.positives = positives.gradient(
      fromUnit: isInBatch ? result.keyGradients[0] : result.positiveGradient, options: options)
    gradient.negatives = negativeRows?.gradient(
      fromUnit: result.keyGradients[isInBatch ? 1 : 0], options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: loss.temperature, of: variables)
    let plainFloor = try candidateSet?.floor(
      unlessIndividual: loss.temperature, dimension: queries.columnCount)
    var step = LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: plainFloor.flatMap { floor($0, queries.rowCount, queries.columnCount) })
    step.forgetWhatIsUnknown(of: logits, hasLogWeights: logWeights != nil)
    return step
  }

  /// The candidates, where they are those of the plain loss, of which a floor is known.
  private var candidateSet: CandidateSet? {
    switch negatives.source {
    case _ where !isPlain: nil
    case .inBatch: .inBatch(size: queries.rowCount)
    case .shared(let rows): .free(negatives: rows.rowCount)
    case .paired(let rows): .free(negatives: rows.rowCount / queries.rowCount)
    case .inBatchAndShared: nil
    }
  }
}
