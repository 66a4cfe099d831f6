import ContrastiveBounds
public import ContrastiveEmbeddings

/// NormFace's loss: the softmax over cosines of features and class weights, sharpened by a scale.
///
/// For `N` features f with labels y, `C` class weights w, both normalised to length 1, and the scale
/// s = ℓ² = 1/τ, which stands for features and weights of length ℓ:
/// ```
/// Lᵢ = log Σ_c exp(s·cos(fᵢ, w_c)) − s·cos(fᵢ, w_yᵢ) = softplus( ℓᵢ − s·cos(fᵢ, w_yᵢ) )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with ℓᵢ over the classes that are not the row's own. There is no bias. The loss is log C when all
/// embeddings are equal, and 0 for one class.
///
/// Without a scale (s = 1) the loss of 10 575 faces cannot fall below 8.27, from 9.27 at chance: hence
/// the scale, fixed at 20 or more, `temperature: try Temperature(scale: 20)`, or learned, by the
/// gradient `.scale`. How low a scale lets the loss fall is `Diagnostics.floor`, NormFace's Proposition
/// 2. It holds for batches with equally many rows of each class, and is reported for those only:
/// rows of one class alone can lie opposite to all other weights.
///
/// Class weights without a row in the batch are pushed away by the others' rows, as in any softmax.
///
/// - Source: [Wang et al. 2017](https://arxiv.org/abs/1704.06369), eq. 6; equals
///   pytorch-metric-learning's `NormalizedSoftmaxLoss` with temperature 1/s, whose weights are the
///   transpose.
public struct NormFaceSoftmax: Hashable, Sendable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) {
    self.temperature = temperature
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The features as they were given: raw rows, or unit rows.
    public static let features = Variables(rawValue: 1)
    /// The class weights as they were given.
    public static let classWeights = Variables(rawValue: 2)
    /// Both, and the temperature in its three readings.
    public static let all: Variables = [
      .features, .classWeights, .temperature, .scale, .logScale,
    ]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  @dynamicMemberLookup
  public struct Gradient<Scalar: EmbeddingScalar>: Sendable {
    /// By the features, `N × d`: through the normalisation for raw rows.
    public internal(set) var features: Matrix<Scalar>?
    /// By the class weights, `C × d`.
    public internal(set) var classWeights: Matrix<Scalar>?
    /// dL/dτ, dL/ds and dL/d(log s).
    public internal(set) var byTemperature = TemperatureGradient<Scalar>()

    /// `temperature`, `scale` and `logScale`.
    public subscript(
      dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
    ) -> Scalar? { byTemperature[keyPath: member] }
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - features: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - classWeights: `C × d`, a row per class, at least one.
  ///   - labels: N class indices, from 0 to C − 1.
  ///   - variables: What to differentiate by. Without the class weights loss and gradient take one
  ///     pass.
  ///   - reduction: The weights of the rows' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a label is no class, or a raw row holds a NaN
  ///   or an infinity.
  /// - Complexity: 2NCd flops for the value, 4NCd with the gradient by the features, 6NCd with that by
  ///   the class weights (8NCd when the logits of 64 rows exceed 32 MiB, or `options.keptByteCount`
  ///   if that is less), all by GEMM; memory for the gradients, a few tiles per thread, and these
  ///   logits.
  public func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<F.Scalar, Gradient<F.Scalar>>
  where W.Scalar == F.Scalar {
    let features = try AnyEmbeddings(features, named: "features")
    let classWeights = try AnyEmbeddings(classWeights, named: "classWeights")
    try features.requireRows()
    try classWeights.requireRows()
    try classWeights.requireColumnCount(as: features)
    try features.requireLabels(labels, below: classWeights.rowCount)
    var problem = RowsProblem(
      queries: features, queriesNeedGradient: variables.contains(.features),
      keys: [
        .init(
          rows: classWeights, roles: .targets(labels),
          needsGradient: variables.contains(.classWeights))
      ],
      positive: .init(place: .column), function: PositiveCrossEntropy(),
      scale: try temperature.scale(for: F.Scalar.self),
      weights: try reduction.weights(termCount: labels.count))
    problem.observes = diagnostics == .all
    let result = RowsEngine(problem, options: options).run()

    var gradient = Gradient<F.Scalar>()
    gradient.features = features.gradient(fromUnit: result.queryGradient, options: options)
    gradient.classWeights = classWeights.gradient(
      fromUnit: result.keyGradients[0], options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlope: result.logScaleSlope, at: temperature, of: variables)
    return try LossStep(
      result, gradient: gradient, level: diagnostics, hasSinglePositive: true,
      floor: balancedClasses(labels, count: classWeights.rowCount), temperature: temperature,
      dimension: features.columnCount)
  }
}

/// The candidate set of labels that name every class equally often; `nil` for others.
private func balancedClasses(_ labels: [Int], count: Int) -> CandidateSet? {
  var frequencies = Array(repeating: 0, count: count)
  for label in labels { frequencies[label] += 1 }
  return frequencies.allSatisfy { $0 == frequencies[0] } ? .classes(count) : nil
}
