import ContrastiveBounds
import ContrastiveEmbeddings
import RealModule

/// Features against class weights, a softmax over scaled cosines in which a margin may lower the
/// cosine of a row's own class: NormFace, CosFace, ArcFace.
struct ClassWeightEngine<Scalar: EmbeddingScalar> {
  let features: AnyEmbeddings<Scalar>
  let classWeights: AnyEmbeddings<Scalar>
  let labels: [Int]
  let temperature: Temperature
  let options: ComputeOptions

  init<F: Embeddings, W: Embeddings>(
    _ features: F, _ classWeights: W, labels: [Int], temperature: Temperature,
    options: ComputeOptions
  ) throws(ContrastiveError) where F.Scalar == Scalar, W.Scalar == Scalar {
    self.features = try AnyEmbeddings(features, named: "features")
    self.classWeights = try AnyEmbeddings(classWeights, named: "classWeights")
    self.labels = labels
    self.temperature = temperature
    self.options = options
    try self.features.requireRows()
    try self.classWeights.requireRows()
    try self.classWeights.requireColumnCount(as: self.features)
    try self.features.requireLabels(labels, below: self.classWeights.rowCount)
  }

  /// - Parameters:
  ///   - leastMargin: The least δ = c − ψ(c) over all cosines c, where ψ(c) takes the place of the
  ///     own class's; one that c = 1 has.
  ///   - addTargets: Adds to the gradients by unit rows what the row function leaves out.
  //
  // Specialised, and with it the engine it runs, for the callers in other modules.
  @specialized(where Scalar == Float, Function == CosFaceRow)
  @specialized(where Scalar == Double, Function == CosFaceRow)
  @specialized(where Scalar == Float, Function == ArcFaceRow)
  @specialized(where Scalar == Double, Function == ArcFaceRow)
  func step<Function: RowFunction>(
    _ function: Function, of variables: ClassWeightVariables, reduction: Reduction,
    diagnostics level: DiagnosticsLevel, leastMargin: Double = 0,
    addTargets: (RowsResult<Scalar>, TermWeights) -> Void = { _, _ in }
  ) throws(ContrastiveError) -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let weights = try reduction.weights(termCount: labels.count)
    var problem = RowsProblem(
      queries: features, queriesNeedGradient: variables.contains(.features),
      keys: [
        .init(
          rows: classWeights, roles: .targets(labels),
          needsGradient: variables.contains(.classWeights))
      ],
      positive: .init(place: .column), function: function,
      scale: try temperature.scale(for: Scalar.self), weights: weights)
    problem.observes = level == .all
    let result = RowsEngine(problem, options: options).run()
    addTargets(result, weights)

    var gradient = ClassWeightGradient<Scalar>()
    gradient.features = features.gradient(fromUnit: result.queryGradient, options: options)
    gradient.classWeights = classWeights.gradient(
      fromUnit: result.keyGradients[0], options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlope: result.logScaleSlope, at: temperature, of: variables)
    var step = try LossStep(
      result, gradient: gradient, level: level, hasSinglePositive: true,
      floor: labels.isBalanced(over: classWeights.rowCount)
        ? .classes(classWeights.rowCount) : nil, temperature: temperature,
      dimension: features.columnCount)
    if leastMargin > 0 {
      step.diagnostics?.applyMargin(
        leastMargin, classCount: classWeights.rowCount, scale: temperature.scale,
        mean: result.meanTerm)
    }
    return step
  }
}

extension Diagnostics {
  /// Turns the chance level and the floor without a margin into those with one.
  ///
  /// Equal embeddings have the cosine 1 everywhere, and δ less at the target: log(1 + (n − 1)·e^(sδ)).
  /// For the floor, with S = Σ w_c and cᵢ = fᵢ·w_yᵢ, Jensen's inequality as in NormFace's proposition 2
  /// leaves, of balanced classes, the mean of
  /// ```
  /// (fᵢ·S − cᵢ)/(n − 1) − ψ(cᵢ) = fᵢ·(S − n·w_yᵢ)/(n − 1) + (cᵢ − ψ(cᵢ))  ≥  −n/(n − 1) + δ
  /// ```
  /// and the regular simplex, whose features equal their weights, attains both parts.
  fileprivate mutating func applyMargin(
    _ margin: Double, classCount: Int, scale: Double, mean: Double
  ) {
    let count = Double(classCount)
    let shift = .log(count - 1) + scale * margin
    chance = softplus(shift)
    guard let isAttainable = floorAttainable else { return }
    // One class has no others: −∞, and the floor 0.
    setFloor(
      softplus(shift - scale * count / (count - 1)), isAttainable: isAttainable, mean: mean)
  }
}
