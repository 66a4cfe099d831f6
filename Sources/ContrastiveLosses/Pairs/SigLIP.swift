public import ContrastiveEmbeddings
public import ContrastiveEngine

/// SigLIP's loss: of every image and every text of a batch, whether they belong together.
///
/// For N pairs, the cosines c of images and texts, and the logits zᵢⱼ = s·cᵢⱼ + b:
/// ```
/// Lᵢ = −log σ(zᵢᵢ) − Σ_{j≠i} log σ(−zᵢⱼ)
///    = softplus(−zᵢᵢ) + Σ_{j≠i} softplus(zᵢⱼ)
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// Each of the N² pairs is a yes-or-no question of its own: there is no softmax, and no log N for
/// chance. The sum is divided by N, as in the authors' code, and not by N²: it grows with the batch.
/// `.sum` leaves out the division.
///
/// Scale and bias are learned: ask for `.logScale` and `.bias`. Training starts from s = 10 and
/// b = −10, at which the N − 1 wrong texts of an image cost little at first. (The paper prints
/// −t·x·y + b inside the exponential; its code, and this loss, add b to the logit.)
///
/// For N = 1 only the pair's own term is left. When all embeddings are equal every term is
/// softplus(−s − b) + (N − 1)·softplus(s + b).
///
/// - Source: [Zhai et al. 2023](https://arxiv.org/abs/2303.15343), algorithm 1; equals open_clip's
///   `SigLipLoss` on normalised features.
public struct SigLIP: TwoTowerLoss, Hashable {
  /// τ, and with it the logit scale s = 1/τ.
  public var temperature: Temperature

  /// b, which is added to the scaled cosines: finite.
  public var bias: Double

  /// Creates the loss.
  public init(temperature: Temperature, bias: Double) {
    self.temperature = temperature
    self.bias = bias
  }

  public typealias Variables = TwoTowerVariables
  public typealias Gradient = TwoTowerGradient

  /// Runs the loss. Its diagnostics are the mean similarities of pairs that belong together
  /// and of those that do not.
  ///
  /// Pairs of one id, but for a row's own, are no term at all.
  ///
  /// - Throws: As every ``TwoTowerLoss``, and `ContrastiveError` for a bias that is not finite.
  /// - Complexity: 2N²d flops for the value, 4N²d with one of the gradients by arrays, 6N²d
  ///   with both, by GEMM; memory for the gradients and a few tiles per thread.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    try requireNone(logWeights)
    let images = try AnyEmbeddings(images, named: .images)
    let texts = try AnyEmbeddings(texts, named: .texts)
    try texts.requireShape(as: images)
    let excluded = try falseNegatives.pairIDs(of: images).map {
      ExcludedColumns(rowIDs: $0, columnIDs: $0, hasOwnColumn: true)
    }
    return try run(
      images, texts, roles: .diagonal, excluded: excluded, of: variables, pass: pass)
  }

  /// - Parameters:
  ///   - roles: Which texts belong to an image.
  ///   - excluded: Texts that are nothing to it.
  func run<Scalar: EmbeddingScalar>(
    _ images: AnyEmbeddings<Scalar>, _ texts: AnyEmbeddings<Scalar>, roles: ColumnRoles,
    excluded: ExcludedColumns?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, TwoTowerGradient<Scalar>> {
    try bias.requireLogit(as: Scalar.self, named: .bias)
    let count = images.rowCount
    var problem = PairsProblem(
      rows: images, columns: texts, rowsNeedGradient: variables.contains(.images),
      columnsNeedGradient: variables.contains(.texts), roles: roles, term: .sigmoid,
      scales: try temperature.scales(for: Scalar.self, rowCount: count, of: images.name),
      offsets: Array(repeating: bias, count: count),
      weights: try pass.weights(termCount: count))
    problem.excluded = excluded
    problem.observes = pass.diagnostics == .all
    let result = try PairsEngine(problem, options: pass.options).run()

    var gradient = TwoTowerGradient<Scalar>()
    gradient.images = images.gradient(fromUnit: result.rowGradient, options: pass.options)
    gradient.texts = texts.gradient(fromUnit: result.columnGradient, options: pass.options)
    if variables.contains(.bias) { gradient.bias = Scalar(result.offsetSlopes.reduce(0, +)) }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return LossStep(
      value: Scalar(result.value), terms: result.values.map { Scalar($0) }, gradient: gradient,
      diagnostics: pass.diagnostics == .all
        ? result.diagnostics(columnsPerRow: texts.rowCount) : nil)
  }

  package func requireNone(_ logWeights: PairLogWeights?) throws(ContrastiveError) {
    guard logWeights == nil else {
      throw .init(.logWeights, .choice(found: "some", expected: "nil: pairs are no candidates"))
    }
  }
}
