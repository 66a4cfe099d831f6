import ContrastiveBounds
import ContrastiveEmbeddings

extension InfoNCE {
  func step<Q: Embeddings, P: Embeddings>(
    queries: Q, positives: P, negatives: Negatives<Q.Scalar>, of variables: Variables,
    reduction: Reduction, diagnostics level: DiagnosticsLevel, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>>
  where P.Scalar == Q.Scalar {
    typealias Problem = RowsProblem<Q.Scalar, PositiveCrossEntropy>
    let queries = try AnyEmbeddings(queries, named: "queries")
    let positives = try AnyEmbeddings(positives, named: "positives")
    try queries.requireRows()
    try positives.requireRowCount(as: queries)
    try positives.requireColumnCount(as: queries)
    var problem = Problem(
      queries: queries, queriesNeedGradient: variables.contains(.queries), keys: [],
      positive: .init(
        place: .array(positives, needsGradient: variables.contains(.positives))),
      function: PositiveCrossEntropy(), scale: try temperature.scale(for: Q.Scalar.self),
      weights: try reduction.weights(termCount: queries.rowCount))
    problem.observes = level == .all

    let candidates: CandidateSet?
    let batch = Problem.Keys(
      rows: positives, roles: .diagonal, needsGradient: variables.contains(.positives))
    func negativeKeys(_ rows: Negatives<Q.Scalar>.Rows) throws(ContrastiveError) -> Problem.Keys {
      let rows = try rows.embeddings()
      try rows.requireColumnCount(as: queries)
      return Problem.Keys(
        rows: rows, roles: .negatives, needsGradient: variables.contains(.negatives))
    }
    var isGathered = false
    switch negatives.source {
    case .inBatch:
      problem.keys = [batch]
      problem.positive?.place = .column
      candidates = .inBatch(size: queries.rowCount)
    case .shared(let rows):
      problem.keys = [try negativeKeys(rows)]
      candidates = .free(negatives: rows.matrix.rowCount)
    case .paired(let rows):
      guard rows.matrix.rowCount.isMultiple(of: queries.rowCount) else {
        throw .shape(
          array: "negatives", expected: "a multiple of \(queries.rowCount) rows, as many per query",
          actual: "\(rows.matrix.rowCount) rows")
      }
      isGathered = true
      problem.keys = [try negativeKeys(rows)]
      candidates = .free(negatives: rows.matrix.rowCount / queries.rowCount)
    case .inBatchAndShared(let rows):
      problem.keys = [batch, try negativeKeys(rows)]
      problem.positive?.place = .column
      candidates = nil
    }

    let result =
      isGathered
      ? GatheredEngine(problem: problem, positives: positives, options: options).run()
      : RowsEngine(problem, options: options).run()

    var gradient = Gradient<Q.Scalar>()
    gradient.queries = queries.gradient(fromUnit: result.queryGradient, options: options)
    if case .column = problem.positive?.place {
      gradient.positives = positives.gradient(
        fromUnit: result.keyGradients[0], options: options)
    } else {
      gradient.positives = positives.gradient(
        fromUnit: result.positiveGradient, options: options)
    }
    if let keys = problem.keys.last, case .negatives = keys.roles,
      let last = result.keyGradients.last
    {
      gradient.negatives = keys.rows.gradient(fromUnit: last, options: options)
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlope: result.logScaleSlope, at: temperature, of: variables)

    return try LossStep(
      result, gradient: gradient, level: level, hasSinglePositive: true, floor: candidates,
      temperature: temperature, dimension: queries.columnCount)
  }
}
