import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Images against texts, both ways: of each row i its own column i is the positive, and of each column its row.
struct TwoTowerStep<Scalar: EmbeddingScalar> {
  let images: AnyEmbeddings<Scalar>
  let texts: AnyEmbeddings<Scalar>
  private let pairs: PairRules<Scalar>
  let temperature: Temperature
  let options: ComputeOptions

  init<I: Embeddings, T: Embeddings>(
    _ images: I, _ texts: T, excluding falseNegatives: FalseNegatives<Scalar>,
    logWeights: PairLogWeights? = nil, temperature: Temperature, options: ComputeOptions
  ) throws(ContrastiveError) where I.Scalar == Scalar, T.Scalar == Scalar {
    self.images = try AnyEmbeddings(images, named: .images)
    self.texts = try AnyEmbeddings(texts, named: .texts)
    try self.texts.requireShape(as: self.images)
    pairs = try PairRules(
      rows: self.images, columns: self.texts, excluding: falseNegatives, logWeights: logWeights,
      options: options)
    self.temperature = temperature
    self.options = options
  }

  /// The candidates, where they are those of the plain loss, of which a floor is known.
  var candidateSet: CandidateSet? {
    pairs.arePlain ? .inBatch(size: images.rowCount) : nil
  }

  /// - Parameter weights: Of the rows' terms and then of the columns'.
  func problem(
    _ function: any RowFunction, of variables: TwoTowerVariables, weights: TermWeights,
    observes: Bool
  ) throws(ContrastiveError) -> MutualProblem<Scalar> {
    let scales = try temperature.scales(
      for: Scalar.self, rowCount: images.rowCount, sides: 2, of: images.name)
    var problem = MutualProblem(
      rows: images.unitBlock(options: options), columns: texts.unitBlock(options: options),
      roles: pairs.roles, rowsNeedGradient: variables.contains(.images),
      columnsNeedGradient: variables.contains(.texts), function: function, scales: scales,
      weights: weights)
    problem.columnsAsCandidates = pairs.columns
    problem.rowsAsCandidates = pairs.rows
    problem.observes = observes
    return problem
  }

  func run(
    _ function: any RowFunction, of variables: TwoTowerVariables, pass: LossPass,
    floor: LossBound? = nil, logits: LogitForm = .scaledCosines
  ) throws(ContrastiveError) -> LossStep<Scalar, TwoTowerGradient<Scalar>> {
    let count = images.rowCount
    var problem = try problem(
      function, of: variables,
      weights: try pass.weights(termCount: count).halvedForBothWays,
      observes: pass.diagnostics == .all)
    if let map = try logits.map(
      problem.scales, for: function, hasLogWeights: pairs.haveLogWeights,
      as: Scalar.self)
    {
      (problem.map, problem.scales) = (map, .one(1))
    }
    var result = try problem.run(options: options)
    result.values = (0..<count).map { (result.values[$0] + result.values[count + $0]) / 2 }

    var step = LossStep(
      result, gradient: gradient(result, of: variables), level: pass.diagnostics,
      hasSinglePositive: true, floor: floor)
    step.forgetWhatIsUnknown(of: logits, hasLogWeights: pairs.haveLogWeights)
    return step
  }

  /// The derivatives that were asked for.
  func gradient(
    _ result: EngineResult<Scalar>, of variables: TwoTowerVariables
  ) -> TwoTowerGradient<Scalar> {
    var gradient = TwoTowerGradient<Scalar>()
    gradient.images = images.gradient(fromUnit: result.queryGradient, options: options)
    gradient.texts = texts.gradient(fromUnit: result.keyGradients.first ?? nil, options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return gradient
  }
}
