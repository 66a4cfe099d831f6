import ContrastiveBounds
import ContrastiveEmbeddings

/// Two views of N samples as one batch of 2N rows: every row is a query, its other view the
/// positive, and the remaining 2N − 2 rows are the negatives.
struct TwoViewEngine<Scalar: EmbeddingScalar, Function: RowFunction> {
  let viewA: AnyEmbeddings<Scalar>
  let viewB: AnyEmbeddings<Scalar>
  let temperature: Temperature
  var function: Function
  let options: ComputeOptions

  init<A: Embeddings, B: Embeddings>(
    _ viewA: A, _ viewB: B, temperature: Temperature, function: Function, options: ComputeOptions
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    self.viewA = try AnyEmbeddings(viewA, named: "viewA")
    self.viewB = try AnyEmbeddings(viewB, named: "viewB")
    try self.viewA.requireRows()
    try self.viewB.requireRowCount(as: self.viewA)
    try self.viewB.requireColumnCount(as: self.viewA)
    self.temperature = temperature
    self.function = function
    self.options = options
  }

  /// - Parameter floor: The candidate set whose floor bounds the loss, if there is one.
  //
  // Specialised, and with it the engine it runs, for the callers in other modules.
  @specialized(where Scalar == Float, Function == DecoupledRow)
  @specialized(where Scalar == Double, Function == DecoupledRow)
  func step(
    of variables: TwoViewVariables, reduction: Reduction, diagnostics level: DiagnosticsLevel,
    floor: CandidateSet?
  ) throws(ContrastiveError) -> LossStep<Scalar, TwoViewGradient<Scalar>> {
    let count = viewA.rowCount
    // Every row is read 2N/256 times over, as a query and as a key: normalised once, in one copy.
    let stacked: Block<Scalar> = options.block(
      rowCount: 2 * count, columnCount: viewA.columnCount)
    viewA.setUnit(stacked.rows(0..<count), options: options)
    viewB.setUnit(stacked.rows(count..<2 * count), options: options)
    let needsRows = !variables.isDisjoint(with: [.viewA, .viewB])
    let scale = try temperature.scale(for: Scalar.self)
    let weights = try reduction.weights(termCount: 2 * count)
    let result: RowsResult<Scalar>
    if function.exponents.count == 1 {
      var problem = MutualProblem(
        rows: stacked, roles: .views(count: count), rowsNeedGradient: needsRows,
        columnsNeedGradient: needsRows, function: function, scale: scale, weights: weights)
      problem.observes = level == .all
      result = MutualEngine(problem, options: options).run()
    } else {
      let rows = AnyEmbeddings(unit: stacked, named: "views")
      var problem = RowsProblem(
        queries: rows, queriesNeedGradient: needsRows,
        keys: [.init(rows: rows, roles: .views(count: count), needsGradient: needsRows)],
        positive: .init(place: .column), function: function, scale: scale, weights: weights)
      problem.observes = level == .all
      result = RowsEngine(problem, options: options).run()
    }

    var gradient = TwoViewGradient<Scalar>()
    if let queries = result.queryGradient {
      if let keys = result.keyGradients[0] { queries.add(keys, on: options.isa) }
      if variables.contains(.viewA) {
        gradient.viewA = viewA.gradient(fromUnit: queries.rows(0..<count), options: options)
      }
      if variables.contains(.viewB) {
        gradient.viewB = viewB.gradient(fromUnit: queries.rows(count..<2 * count), options: options)
      }
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlope: result.logScaleSlope, at: temperature, of: variables)
    return try LossStep(
      result, gradient: gradient, level: level, hasSinglePositive: true, floor: floor,
      temperature: temperature, dimension: viewA.columnCount)
  }
}
