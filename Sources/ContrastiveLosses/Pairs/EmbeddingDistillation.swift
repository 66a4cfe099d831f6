import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine

/// How far a student's similarities within a batch are from a teacher's: a cross-entropy with soft targets, of images
/// among texts and of texts among images.
///
/// For N pairs, the student's logits s·cᵢⱼ and the teacher's t·gᵢⱼ, cosines of embeddings whose dimension may be
/// another, with p the softmax of the teacher's row (column) and q that of the student's:
/// ```
/// Lᵢ = ½ [ −Σⱼ pᵢⱼ log qᵢⱼ (row i) − Σⱼ p′ⱼᵢ log q′ⱼᵢ (column i) ]
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// The teacher is constant: there is no gradient by it. It is a cross-entropy and no divergence: a student that equals
/// the teacher has the teacher's entropy, and gradient 0. That entropy is the floor; the loss less its floor is
/// the Kullback-Leibler divergence, whose gradients are these. No factor τ² is in it. Of equal student embeddings it is
/// log N, and for N = 1 it is 0. False negatives are left out on both sides, of p and of q.
///
/// The floor is said to be attainable where embeddings are known that reach it: the teacher's own in as many
/// dimensions at s = t, and for s > t those and one coordinate more on each side, which makes its cosines smaller.
///
/// - Source: open_clip 3.3.0: equals the second number of its `DistillClipLoss` on normalised features, but that its
///   gradient goes on into the teacher.
public struct EmbeddingDistillation: Hashable, Sendable {
  /// The student's τ, and with it s = 1/τ: one, one for each pair, or one for each image and then for each text.
  public var temperature: Temperature

  /// The teacher's, t = 1/τ: one for all.
  public var teacherTemperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature, teacherTemperature: Temperature) {
    self.temperature = temperature
    self.teacherTemperature = teacherTemperature
  }

  public typealias Variables = TwoTowerVariables
  public typealias Gradient = TwoTowerGradient

  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<I: Embeddings, T: Embeddings, J: Embeddings, U: Embeddings>(
    images: I, texts: T, teacherImages: J, teacherTexts: U,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> I.Scalar
  where T.Scalar == I.Scalar, J.Scalar == I.Scalar, U.Scalar == I.Scalar {
    try valueWithGradient(
      images: images, texts: texts, teacherImages: teacherImages, teacherTexts: teacherTexts,
      excluding: falseNegatives, of: [], reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - teacherImages: `N × e`, of the same N images.
  ///   - teacherTexts: `N × e`.
  ///   - falseNegatives: Which pairs are nothing to each other, in the
  ///     teacher's softmaxes and in the student's: by ids.
  ///   - variables: What to differentiate by; there is no bias.
  ///   - reduction: The weights of the pairs' terms.
  ///   - diagnostics: `.none` saves a few per cent. Ranks are the
  ///     student's.
  ///   - options: Threads, and memory for the student's logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row
  ///   holds a NaN or an infinity, or the teacher has temperatures
  ///   of rows.
  /// - Complexity: 4N²(d + e) flops for the value, and 8N²d more
  ///   with gradients (10N²d where the N × N logits exceed
  ///   `options.keptByteCount`), by GEMM; memory O(N(d + e)), and
  ///   five tiles per thread.
  public func valueWithGradient<I: Embeddings, T: Embeddings, J: Embeddings, U: Embeddings>(
    images: I, texts: T, teacherImages: J, teacherTexts: U,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    of variables: TwoTowerVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar, J.Scalar == I.Scalar, U.Scalar == I.Scalar {
    try step(
      images, texts, teacherImages, teacherTexts, excluding: falseNegatives, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every pair's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<I: Embeddings, T: Embeddings, J: Embeddings, U: Embeddings>(
    images: I, texts: T, teacherImages: J, teacherTexts: U,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<
    I.Scalar, TwoTowerVariables, TwoTowerGradient<I.Scalar>
  > where T.Scalar == I.Scalar, J.Scalar == I.Scalar, U.Scalar == I.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        images, texts, teacherImages, teacherTexts, excluding: falseNegatives, of: variables,
        pass: pass)
    }
  }

  private func step<I: Embeddings, T: Embeddings, J: Embeddings, U: Embeddings>(
    _ images: I, _ texts: T, _ teacherImages: J, _ teacherTexts: U,
    excluding falseNegatives: FalseNegatives<I.Scalar>, of variables: TwoTowerVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar, J.Scalar == I.Scalar, U.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let options = pass.options
    let images = try AnyEmbeddings(images, named: .images)
    let texts = try AnyEmbeddings(texts, named: .texts)
    let teacherImages = try AnyEmbeddings(teacherImages, named: .teacherImages)
    let teacherTexts = try AnyEmbeddings(teacherTexts, named: .teacherTexts)
    try texts.requireShape(as: images)
    try teacherImages.requireRowCount(as: images)
    try teacherTexts.requireShape(as: teacherImages)
    let count = images.rowCount
    let roles: ColumnRoles =
      try falseNegatives.pairIDs(of: images).map { .pairs(LabelGroups($0)) } ?? .diagonal
    let scales = try temperature.scales(
      for: Scalar.self, rowCount: count, sides: 2, of: images.name)
    let weights = try pass.weights(termCount: count).halvedForBothWays
    let (rows, columns) = (
      images.unitBlock(options: options), texts.unitBlock(options: options)
    )
    let teacher = try TeacherPass(
      rows: teacherImages.unitBlock(options: options),
      columns: teacherTexts.unitBlock(options: options), roles: roles,
      scale: try teacherScale(for: Scalar.self), options: options)
    let needs = (images: variables.contains(.images), texts: variables.contains(.texts))
    let seen = try teacher.run(
      studentRows: rows, studentColumns: columns,
      slopes: (0..<2 * count).map { weights[$0] * scales[$0] }, rowsNeedGradient: needs.images,
      columnsNeedGradient: needs.texts)
    var problem = MutualProblem(
      rows: rows, columns: columns, roles: roles, rowsNeedGradient: needs.images,
      columnsNeedGradient: needs.texts,
      function: TeacherRow(own: teacher.own, others: teacher.others, cosines: seen.cosines),
      scales: scales, weights: weights)
    problem.observes = pass.diagnostics == .all
    var result = try problem.run(options: options)
    result.values = (0..<count).map { (result.values[$0] + result.values[count + $0]) / 2 }
    if let part = seen.rowGradient { result.queryGradient?.add(part, on: options.isa) }
    if let part = seen.columnGradient, let target = result.keyGradients.first ?? nil {
      target.add(part, on: options.isa)
    }

    var gradient = TwoTowerGradient<Scalar>()
    gradient.images = images.gradient(fromUnit: result.queryGradient, options: options)
    gradient.texts = texts.gradient(fromUnit: result.keyGradients.first ?? nil, options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: LossBound(
        value: teacher.entropies.reduce(0, +) / Double(2 * count),
        // One pair by itself has a loss of 0 whatever it is.
        isAttainable: count == 1
          || isTeacherWithinReach(
            dimension: images.columnCount, teacherDimension: teacherImages.columnCount)
      ))
  }

  private func teacherScale<Scalar: EmbeddingScalar>(
    for scalar: Scalar.Type
  ) throws(ContrastiveError) -> Double {
    guard !teacherTemperature.isIndividual else {
      throw .init(
        .teacherTemperature,
        .choice(found: "temperatures of rows", expected: "one: the teacher is what it is"))
    }
    return try naming([.temperature: .teacherTemperature]) { () throws(ContrastiveError) in
      try teacherTemperature.scale(for: scalar)
    }
  }

  private func isTeacherWithinReach(dimension: Int, teacherDimension: Int) -> Bool {
    guard !temperature.isIndividual else { return false }
    let (scale, teacherScale) = (temperature.scale, teacherTemperature.scale)
    return scale == teacherScale && dimension >= teacherDimension
      || scale > teacherScale && dimension >= teacherDimension + 2
  }
}

/// −Σ p log q of a row, its own pair apart: p₊·softplus(ℓ − z₊) + (1 − p₊)·L − s·Σ pⱼcⱼ, with L = log Σ exp z over all.
private struct TeacherRow: RowFunction {
  /// p₊ of every anchor.
  let own: [Double]
  /// 1 − p₊.
  let others: [Double]
  /// Σ pⱼcⱼ.
  let cosines: [Double]

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let anchor = rows.rows.lowerBound + row
      let (own, others) = (own[anchor], others[anchor])
      let cross = rows.scales[row] * cosines[anchor]
      let margin = rows.logSumExp[0][row] - rows.positives[row]
      let excess = softplus(margin)
      rows.values[row] = own * excess + (others * (rows.positives[row] + excess) - cross)
      let mass = logistic(margin)
      rows.logSumExpSlopes[0][row] = rows.weights[row] * mass
      // q₊ − p₊, of what both leave to the others.
      rows.positiveSlopes[row] = rows.weights[row] * (others - mass)
      rows.logScaleSlopes[row] = -rows.weights[row] * cross
    }
  }
}
