public import ContrastiveEmbeddings
public import ContrastiveEngine

/// CLIP's loss of images and texts that may have several positives, N images and M texts, both ways.
///
/// With φ the cross-entropy of a row or a column in one of the forms of ``PositiveForm``, for logits z = s·c:
/// ```
/// Lᵢ = ½ φ(row i), the image's,    L′ⱼ = ½ φ(column j), the text's
/// loss = mean of Lᵢ + mean of L′ⱼ, each over rows with a positive
/// ```
/// The terms are the images' and then the texts', N + M of them, and a sum is over all. With one text an image it is
/// ``CLIP``, pairs of whose terms these are. An image or a text without a positive has the term 0, is not
/// counted in its mean, and is still everybody's candidate.
///
/// Chance and floor are half the sum of those of ``MultiPositiveInfoNCE`` in both directions: of G images
/// with b texts each, mean outside, at least ½ log b + log(1 + (G−1) e^(−G/((G−1)τ))).
///
/// - Source: ``PositiveForm`` names papers and libraries.
public struct MultiPositiveCLIP: MultiPositiveTwoTowerLoss, Hashable {
  /// τ, and with it the logit scale s = 1/τ: one, or one for each image and then for each text.
  public var temperature: Temperature

  /// Where the sum or mean over the positives stands.
  public var form: PositiveForm

  /// Creates the loss.
  public init(temperature: Temperature, form: PositiveForm) {
    self.temperature = temperature
    self.form = form
  }

  public typealias Variables = TwoTowerVariables
  public typealias Gradient = TwoTowerGradient

  /// Runs the loss. Its diagnostics are means over both directions.
  ///
  /// - Complexity: 2NMd flops for the value, 6NMd with gradients, or 8NMd where the N × M logits exceed
  ///   `options.keptByteCount`, by GEMM; memory O((N + M)d), and 16 bytes (24 in `Double`) for every pair of an image and a
  ///   positive. With an exclusion or log-weights each direction has products of its own: twice that.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, excluding exclusion: Exclusion,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let options = pass.options
    let pairs = try MultiPositivePairs(
      try AnyEmbeddings(images, named: .images), try AnyEmbeddings(texts, named: .texts),
      positives: positives, excluding: exclusion)
    let (rows, columns) = (pairs.rows, pairs.columns)
    let counts = (rows: pairs.rowCounts, columns: pairs.columnCounts)
    let anchorCount = rows.rowCount + columns.rowCount
    guard temperature.rowScales.map({ $0.count == anchorCount }) ?? true else {
      throw .init(
        .temperatures,
        .count(
          found: temperature.rowScales?.count ?? 0,
          expected: .exactly(anchorCount, .because("one per image and one per text"))))
    }
    var problem = MutualProblem(
      rows: rows.unitBlock(options: options), columns: columns.unitBlock(options: options),
      roles: pairs.roles, rowsNeedGradient: variables.contains(.images),
      columnsNeedGradient: variables.contains(.texts),
      function: try form.function(
        shares: pairs.shares.map { $0.rows.followed(by: $0.columns) }),
      scales: try temperature.scales(for: Scalar.self, rowCount: anchorCount, of: rows.name),
      weights: try pass.weights(of: [counts.rows, counts.columns]).halved)
    problem.columnFunction = try form.function(shares: pairs.shares?.columns)
    problem.columnsAsCandidates = .init(
      biases: try Candidates<Scalar>.checked(
        logWeights?.columns, count: columns.rowCount, named: .logWeightsOfColumns),
      excluded: pairs.excluded)
    problem.rowsAsCandidates = .init(
      biases: try Candidates<Scalar>.checked(
        logWeights?.rows, count: rows.rowCount, named: .logWeightsOfRows),
      excluded: pairs.excludedRows)
    problem.observes = pass.diagnostics == .all
    var result = try problem.run(options: options)
    result.values = result.values.map { $0 / 2 }

    var gradient = TwoTowerGradient<Scalar>()
    gradient.images = rows.gradient(fromUnit: result.queryGradient, options: options)
    gradient.texts = columns.gradient(fromUnit: result.keyGradients.first ?? nil, options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    var step = LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: false, floor: nil)
    guard pass.diagnostics == .all else { return step }
    step.diagnostics?.chance = nil
    guard logWeights == nil else { return step }
    if let ofRows = counts.rows.chance(of: problem.function),
      let ofColumns = counts.columns.chance(of: problem.function)
    {
      step.diagnostics?.chance = (ofRows + ofColumns) / 2
    }
    if pairs.excluded == nil,
      let floor = try positives.groupFloor?.bothWays(
        form, temperature: temperature, dimension: rows.columnCount)
    {
      let values = result.values
      step.diagnostics?.setFloor(
        floor,
        mean: counts.rows.mean(of: values.prefix(rows.rowCount))
          + counts.columns.mean(of: values.dropFirst(rows.rowCount)))
    }
    return step
  }
}
