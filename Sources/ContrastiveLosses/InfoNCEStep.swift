import ContrastiveBounds
import ContrastiveEmbeddings

/// One call of InfoNCE: its arguments checked, put as a problem of rows, and its gradients taken back
/// to what was given.
struct InfoNCEStep<Scalar: EmbeddingScalar> {
  private typealias Problem = RowsProblem<Scalar, PositiveCrossEntropy>

  private let loss: InfoNCE
  private let queries: AnyEmbeddings<Scalar>
  private let positives: AnyEmbeddings<Scalar>
  private let negatives: Negatives<Scalar>
  private let negativeRows: AnyEmbeddings<Scalar>?
  private let falseNegatives: FalseNegatives<Scalar>
  private let logWeights: LogWeights?
  private let variables: InfoNCE.Variables
  private let reduction: Reduction
  private let level: DiagnosticsLevel
  private let options: ComputeOptions

  init<Q: Embeddings, P: Embeddings>(
    _ loss: InfoNCE, queries: Q, positives: P, negatives: Negatives<Scalar>,
    falseNegatives: FalseNegatives<Scalar>, logWeights: LogWeights?,
    variables: InfoNCE.Variables, reduction: Reduction, level: DiagnosticsLevel,
    options: ComputeOptions
  ) throws(ContrastiveError) where Q.Scalar == Scalar, P.Scalar == Scalar {
    self.loss = loss
    self.queries = try AnyEmbeddings(queries, named: "queries")
    self.positives = try AnyEmbeddings(positives, named: "positives")
    try self.queries.requireRows()
    try self.positives.requireRowCount(as: self.queries)
    try self.positives.requireColumnCount(as: self.queries)
    self.negatives = negatives
    negativeRows = try negatives.rows?.embeddings(named: "negatives")
    try negativeRows?.requireColumnCount(as: self.queries)
    self.falseNegatives = falseNegatives
    self.logWeights = logWeights
    self.variables = variables
    self.reduction = reduction
    self.level = level
    self.options = options
    try requireCompatibleOptions()
  }

  private var isInBatch: Bool {
    switch negatives.source {
    case .inBatch, .inBatchAndShared: true
    case .shared, .paired: false
    }
  }

  private var isPaired: Bool { if case .paired = negatives.source { true } else { false } }

  /// Whether the candidates are those of the plain loss, of which chance and floor are known.
  private var isPlain: Bool {
    if case .none = falseNegatives.rule {
      loss.hardness == 0 && loss.batchCandidates.isEmpty && logWeights == nil
    } else {
      false
    }
  }

  // MARK: Checks

  private func requireCompatibleOptions() throws(ContrastiveError) {
    guard loss.hardness >= 0, loss.hardness.isFinite else {
      throw .value(
        name: "hardness", value: "\(loss.hardness)", requirement: "a finite number, 0 or more")
    }
    if !loss.batchCandidates.isEmpty, !isInBatch {
      throw .value(
        name: "batchCandidates", value: "some without negatives of the batch",
        requirement: "none, or negatives .inBatch or .inBatchAndShared")
    }
    if isPaired {
      if let negativeRows, !negativeRows.rowCount.isMultiple(of: queries.rowCount) {
        throw .shape(
          array: "negatives", expected: "a multiple of \(queries.rowCount) rows, as many per query",
          actual: "\(negativeRows.rowCount) rows")
      }
      guard case .none = falseNegatives.rule else {
        throw .value(
          name: "falseNegatives", value: "a rule for paired negatives",
          requirement: ".none: leave them out of the lists")
      }
      guard logWeights == nil else {
        throw .value(
          name: "logWeights", value: "some for paired negatives",
          requirement: "nil, or shared negatives")
      }
    }
    guard let logWeights else { return }
    guard loss.batchCandidates.isSubset(of: .queriesWithQueries) else {
      throw .value(
        name: "logWeights", value: "some with batch candidates of positives",
        requirement: "nil, or no batch candidates but .queriesWithQueries")
    }
    let sharedCount = negativeRows?.rowCount ?? 0
    for (name, numbers, count) in [
      ("logWeights.positives", logWeights.positives, queries.rowCount),
      ("logWeights.negatives", logWeights.negatives, sharedCount),
    ] {
      guard numbers.count == count else {
        throw .shape(array: name, expected: "\(count) numbers", actual: "\(numbers.count)")
      }
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(array: name, row: row)
      }
    }
  }

  // MARK: The problem

  func run() throws(ContrastiveError) -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
    let scale = try loss.temperature.scale(for: Scalar.self)
    let rows = logWeights.map { _ in LogWeightedRows(scale: scale, options: options) }
    let needsPositives = variables.contains(.positives)
    // The slope by s is taken off what log-weights put into it by the queries' gradient.
    let needsQueries =
      variables.contains(.queries)
      || logWeights != nil && !variables.isDisjoint(with: [.temperature, .scale, .logScale])
    let candidates = rows?.candidates(positives, logWeights?.positives ?? []) ?? positives
    var problem = Problem(
      queries: rows?.queries(queries) ?? queries, queriesNeedGradient: needsQueries, keys: [],
      positive: .init(
        place: isInBatch ? .column : .array(candidates, needsGradient: needsPositives)),
      function: PositiveCrossEntropy(exponent: (scale + loss.hardness) / scale), scale: scale,
      weights: try reduction.weights(termCount: queries.rowCount))
    problem.observes = level == .all
    let excluded = try excludedColumns()
    if isInBatch {
      problem.keys.append(
        .init(
          rows: candidates, roles: .diagonal, needsGradient: needsPositives,
          excluded: excluded?.positives))
    }
    if let negativeRows {
      problem.keys.append(
        .init(
          rows: rows?.candidates(negativeRows, logWeights?.negatives ?? []) ?? negativeRows,
          roles: .negatives, needsGradient: variables.contains(.negatives),
          excluded: excluded?.negatives))
    }
    let blocksStart = problem.keys.count
    if loss.batchCandidates.contains(.queriesWithQueries) {
      let zeros = Array(repeating: 0.0, count: queries.rowCount)
      problem.keys.append(
        .init(
          rows: rows?.candidates(queries, zeros) ?? queries, roles: .selfExcluded,
          needsGradient: needsQueries, excluded: excluded?.queriesWithQueries))
    }
    if loss.batchCandidates.contains(.positivesWithQueries) {
      problem.keys.append(
        .init(
          rows: queries, roles: .selfExcluded, needsGradient: needsQueries,
          excluded: excluded?.positivesWithQueries, anchor: .positives))
    }
    let positivesStart = problem.keys.count
    if loss.batchCandidates.contains(.positivesWithPositives) {
      problem.keys.append(
        .init(
          rows: positives, roles: .selfExcluded, needsGradient: needsPositives,
          excluded: excluded?.positivesWithPositives, anchor: .positives))
    }

    var engineOptions = options
    // Log-weights may be of any size.
    if logWeights != nil { engineOptions.alwaysTakesMaxima = true }
    var result =
      isPaired
      ? GatheredEngine(problem: problem, positives: positives, options: engineOptions).run()
      : RowsEngine(problem, options: engineOptions).run()

    if let rows { rows.removeWeights(from: &result, of: queries.columnCount) }
    // What a row got as a candidate joins what it got as an anchor, or as a positive.
    for index in problem.keys.indices[blocksStart...] {
      guard let gradient = result.keyGradients[index] else { continue }
      let target = index < positivesStart ? result.queryGradient : result.keyGradients[0]
      target?.add(gradient, on: options.isa)
    }
    return try step(result, needsQueries: variables.contains(.queries))
  }

  private func step(
    _ result: RowsResult<Scalar>, needsQueries: Bool
  ) throws(ContrastiveError) -> LossStep<Scalar, InfoNCE.Gradient<Scalar>> {
    var gradient = InfoNCE.Gradient<Scalar>()
    gradient.queries = queries.gradient(
      fromUnit: needsQueries ? result.queryGradient : nil, options: options)
    gradient.positives = positives.gradient(
      fromUnit: isInBatch ? result.keyGradients[0] : result.positiveGradient, options: options)
    gradient.negatives = negativeRows?.gradient(
      fromUnit: result.keyGradients[isInBatch ? 1 : 0], options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlope: result.logScaleSlope, at: loss.temperature, of: variables)

    let candidates: CandidateSet? =
      switch negatives.source {
      case _ where !isPlain: nil
      case .inBatch: .inBatch(size: queries.rowCount)
      case .shared(let rows): .free(negatives: rows.matrix.rowCount)
      case .paired(let rows): .free(negatives: rows.matrix.rowCount / queries.rowCount)
      case .inBatchAndShared: nil
      }
    var step = try LossStep(
      result, gradient: gradient, level: level, hasSinglePositive: true, floor: candidates,
      temperature: loss.temperature, dimension: queries.columnCount)
    if loss.hardness > 0 || logWeights != nil { step.diagnostics?.chance = nil }
    if let logWeights {
      // The positives' logits hold their numbers; what the negatives' hold is not counted.
      let mean = logWeights.positives.reduce(0, +) / Double(queries.rowCount)
      let scale = loss.temperature.scale
      step.diagnostics?.meanPositiveSimilarity? -= mean / scale
      step.diagnostics?.meanNegativeSimilarity = nil
    }
    return step
  }

  // MARK: False negatives

  private struct Excluded {
    var positives: ExcludedColumns
    var negatives: ExcludedColumns?
    var queriesWithQueries: ExcludedColumns?
    var positivesWithPositives: ExcludedColumns?
    var positivesWithQueries: ExcludedColumns?
  }

  private func excludedColumns() throws(ContrastiveError) -> Excluded? {
    switch falseNegatives.rule {
    case .none: return nil
    case .equalIDs(let pairs, let negatives):
      guard pairs.count == queries.rowCount else {
        throw .shape(
          array: "ids", expected: "\(queries.rowCount), one per query", actual: "\(pairs.count)")
      }
      if let negatives, negatives.count != negativeRows?.rowCount ?? 0 {
        throw .shape(
          array: "negative ids", expected: "\(negativeRows?.rowCount ?? 0), one per negative",
          actual: "\(negatives.count)")
      }
      let batch = ExcludedColumns(rowIDs: pairs, columnIDs: pairs, hasOwnColumn: true)
      return Excluded(
        positives: batch,
        negatives: negatives.map {
          ExcludedColumns(rowIDs: pairs, columnIDs: $0, hasOwnColumn: false)
        }, queriesWithQueries: batch, positivesWithPositives: batch,
        positivesWithQueries: batch)
    case .similarity(let margin, let guide): return try moreSimilar(margin, guide: guide)
    }
  }

  private func moreSimilar(
    _ margin: FalseNegatives<Scalar>.Margin, guide: FalseNegatives<Scalar>.Guide?
  ) throws(ContrastiveError) -> Excluded {
    guard margin.value.isFinite else {
      throw .value(name: "margin", value: "\(margin.value)", requirement: "a finite number")
    }
    let queries = try guide?.queries.embeddings(named: "guide queries") ?? queries
    let positives = try guide?.positives.embeddings(named: "guide positives") ?? positives
    let negatives =
      guide == nil ? negativeRows : try guide?.negatives?.embeddings(named: "guide negatives")
    try queries.requireRowCount(as: self.queries)
    try positives.requireRowCount(as: self.queries)
    try positives.requireColumnCount(as: queries)
    if let negativeRows {
      guard let negatives else {
        throw .shape(
          array: "guide negatives", expected: "\(negativeRows.rowCount) rows, as negatives",
          actual: "none")
      }
      try negatives.requireRowCount(as: negativeRows)
      try negatives.requireColumnCount(as: queries)
    }
    let (q, p) = (queries.unitBlock(options: options), positives.unitBlock(options: options))
    // Equal cosines, which differ by their roundings, stay: as with ranks.
    let tie = Scalar.dotRounding(dimension: queries.columnCount)
    let threshold = q.dots(with: p, on: options.isa).map {
      Scalar(margin.limit(ofPositive: $0) + tie)
    }
    func excluded(
      _ rows: Block<Scalar>, _ columns: Block<Scalar>, hasOwnColumn: Bool = true
    ) -> ExcludedColumns {
      ExcludedColumns(
        rows: rows, columns: columns, threshold: threshold, hasOwnColumn: hasOwnColumn,
        options: options)
    }
    let blocks = loss.batchCandidates
    return Excluded(
      positives: isInBatch ? excluded(q, p) : ExcludedColumns(),
      negatives: negatives.map {
        excluded(q, $0.unitBlock(options: options), hasOwnColumn: false)
      },
      queriesWithQueries: blocks.contains(.queriesWithQueries) ? excluded(q, q) : nil,
      positivesWithPositives: blocks.contains(.positivesWithPositives) ? excluded(p, p) : nil,
      positivesWithQueries: blocks.contains(.positivesWithQueries) ? excluded(p, q) : nil)
  }
}
