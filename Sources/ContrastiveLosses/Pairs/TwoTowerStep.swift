import ContrastiveBounds
import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// Images against texts, both ways: of each row i its own column i is the positive, and of each column its row. Pairs of
/// one id may be left out.
struct TwoTowerStep<Scalar: EmbeddingScalar> {
  let images: AnyEmbeddings<Scalar>
  let texts: AnyEmbeddings<Scalar>
  private let roles: ColumnRoles
  let temperature: Temperature
  let options: ComputeOptions

  init<I: Embeddings, T: Embeddings>(
    _ images: I, _ texts: T, excluding falseNegatives: FalseNegatives<Scalar>,
    temperature: Temperature, options: ComputeOptions
  ) throws(ContrastiveError) where I.Scalar == Scalar, T.Scalar == Scalar {
    self.images = try AnyEmbeddings(images, named: .images)
    self.texts = try AnyEmbeddings(texts, named: .texts)
    try self.texts.requireShape(as: self.images)
    roles = try falseNegatives.rolesOfPairs(self.images)
    self.temperature = temperature
    self.options = options
  }

  /// The candidates, where they are those of the plain loss, of which a floor is known.
  var candidateSet: CandidateSet? {
    if case .diagonal = roles { .inBatch(size: images.rowCount) } else { nil }
  }

  /// - Parameter weights: Of the rows' terms and then of the columns'.
  func problem(
    _ function: any RowFunction, of variables: CLIP.Variables, weights: TermWeights,
    observes: Bool
  ) throws(ContrastiveError) -> MutualProblem<Scalar> {
    let scales = try temperature.scales(
      for: Scalar.self, rowCount: images.rowCount, sides: 2, of: images.name)
    var problem = MutualProblem(
      rows: images.unitBlock(options: options), columns: texts.unitBlock(options: options),
      roles: roles, rowsNeedGradient: variables.contains(.images),
      columnsNeedGradient: variables.contains(.texts), function: function, scales: scales,
      weights: weights)
    problem.observes = observes
    return problem
  }

  func run(
    _ function: any RowFunction, of variables: CLIP.Variables, reduction: Reduction,
    diagnostics level: DiagnosticsLevel, floor: LossBound? = nil
  ) throws(ContrastiveError) -> LossStep<Scalar, CLIP.Gradient<Scalar>> {
    let count = images.rowCount
    let problem = try problem(
      function, of: variables,
      weights: try reduction.weights(termCount: count).halvedForBothWays,
      observes: level == .all)
    var result = problem.run(options: options)
    result.values = (0..<count).map { (result.values[$0] + result.values[count + $0]) / 2 }

    var gradient = CLIP.Gradient<Scalar>()
    gradient.images = images.gradient(fromUnit: result.queryGradient, options: options)
    gradient.texts = texts.gradient(fromUnit: result.keyGradients.first ?? nil, options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return LossStep(
      result, gradient: gradient, level: level, hasSinglePositive: true, floor: floor)
  }
}

extension FalseNegatives {
  /// What rows and columns of pairs are to each other.
  ///
  /// A rule that leaves out a column of a row, and not the row of the column, has no tile that serves both.
  fileprivate func rolesOfPairs(
    _ rows: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) -> ColumnRoles {
    switch rule {
    case .none: return .diagonal
    case .equalIDs(let ids, negatives: nil):
      try requirePairIDs(ids, of: rows)
      return .pairs(LabelGroups(ids))
    case .equalIDs, .similarity:
      throw .init(
        .falseNegatives,
        .choice(
          found: "a margin, or ids of further negatives",
          expected: ".none, or .equalIDs of the pairs, which both directions share"))
    }
  }

  func requirePairIDs(
    _ ids: [Int], of rows: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) {
    guard ids.count == rows.rowCount else {
      throw .init(
        .ids, .count(found: ids.count, expected: .exactly(rows.rowCount, .onePerRow(of: rows.name)))
      )
    }
  }
}
