import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Two views of N samples as one batch of 2N rows: every row is a query, its other view the
/// positive, and the remaining 2N − 2 rows are the negatives.
struct TwoViewStep<Scalar: EmbeddingScalar> {
  let viewA: AnyEmbeddings<Scalar>
  let viewB: AnyEmbeddings<Scalar>
  private let ids: [Int]?

  /// b of all rows as candidates.
  private let biases: [Scalar]?

  let temperature: Temperature

  /// What the temperature is multiplied by in the logits, as a constant.
  var temperatureFactor = 1.0

  let options: ComputeOptions

  init<A: Embeddings, B: Embeddings>(
    _ viewA: A, _ viewB: B, excluding falseNegatives: FalseNegatives<Scalar>,
    logWeights: PairLogWeights? = nil, temperature: Temperature, options: ComputeOptions
  ) throws(ContrastiveError) where A.Scalar == Scalar, B.Scalar == Scalar {
    self.viewA = try AnyEmbeddings(viewA, named: .viewA)
    self.viewB = try AnyEmbeddings(viewB, named: .viewB)
    try self.viewB.requireShape(as: self.viewA)
    ids = try falseNegatives.pairIDs(of: self.viewA)
    biases = try logWeights?.ofBothSides(count: self.viewA.rowCount)
    self.temperature = temperature
    self.options = options
  }

  /// The rows of both views, those of view A first.
  ///
  /// Every row is read 2N/256 times over, as a query and as a key: normalised once, in one copy.
  func stacked() -> Block<Scalar> {
    let count = viewA.rowCount
    let rows: Block<Scalar> = options.block(
      rowCount: 2 * count, columnCount: viewA.columnCount)
    viewA.setUnit(rows.rows(0..<count), options: options)
    viewB.setUnit(rows.rows(count..<2 * count), options: options)
    return rows
  }

  /// - Parameter rows: Those of both views.
  func problem(
    _ function: any RowFunction, of variables: TwoViewVariables, _ rows: Block<Scalar>,
    pass: LossPass
  ) throws(ContrastiveError) -> MutualProblem<Scalar> {
    let count = viewA.rowCount
    let needsRows = !variables.isDisjoint(with: [.viewA, .viewB])
    let scales = try temperature.multiplied(by: temperatureFactor).scales(
      for: Scalar.self, rowCount: count, sides: 2, of: .viewA)
    let weights = try pass.weights(termCount: 2 * count)
    var problem = MutualProblem(
      rows: rows,
      roles: ids.map { .viewPairs(count: count, LabelGroups($0 + $0)) } ?? .views(count: count),
      rowsNeedGradient: needsRows,
      columnsNeedGradient: needsRows, function: function, scales: scales, weights: weights)
    problem.columnsAsCandidates.biases = biases
    problem.observes = pass.diagnostics == .all
    return problem
  }

  /// The derivatives that were asked for.
  func gradient(
    _ result: EngineResult<Scalar>, of variables: TwoViewVariables
  ) -> TwoViewGradient<Scalar> {
    let count = viewA.rowCount
    var gradient = TwoViewGradient<Scalar>()
    if let queries = result.queryGradient {
      if variables.contains(.viewA) {
        gradient.viewA = viewA.gradient(fromUnit: queries.rows(0..<count), options: options)
      }
      if variables.contains(.viewB) {
        gradient.viewB = viewB.gradient(fromUnit: queries.rows(count..<2 * count), options: options)
      }
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return gradient
  }

  /// - Parameter floor: What bounds the loss where all other rows are candidates as they are, if anything is known to.
  func run(
    _ function: any RowFunction, of variables: TwoViewVariables, pass: LossPass,
    floor: LossBound? = nil
  ) throws(ContrastiveError) -> LossStep<Scalar, TwoViewGradient<Scalar>> {
    let result = try problem(function, of: variables, stacked(), pass: pass).run(options: options)
    var step = LossStep(
      result, gradient: gradient(result, of: variables), level: pass.diagnostics,
      hasSinglePositive: true, floor: ids == nil && biases == nil ? floor : nil)
    if biases != nil { step.forgetChance() }
    return step
  }
}

extension Temperature {
  /// All of it times a positive factor.
  func multiplied(by factor: Double) throws(ContrastiveError) -> Temperature {
    guard factor != 1 else { return self }
    return if let rowScales {
      try Temperature(rowScales: rowScales.map { $0 / factor })
    } else {
      try Temperature(scale: scale / factor)
    }
  }
}
