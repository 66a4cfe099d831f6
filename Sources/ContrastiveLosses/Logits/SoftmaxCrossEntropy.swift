public import ContrastiveEmbeddings
public import ContrastiveEngine

/// The cross-entropy of given logits, divided by a temperature, with the right class.
///
/// ```
/// Lᵢ = log Σ_c exp(xᵢ_c/T) − xᵢ_y/T
///    = softplus( log Σ_{c≠y} exp(xᵢ_c/T) − xᵢ_y/T )
/// loss = 1/n Σᵢ Lᵢ
/// ```
/// Logits are used as they are: no normalisation. The second form keeps a loss of 1e-30 at full
/// relative precision, where subtracting gives 0.
///
/// - Source: equals `torch.nn.functional.cross_entropy(x / T, y)`.
public struct SoftmaxCrossEntropy: Hashable, Sendable {
  /// T.
  public var temperature: Temperature

  /// Creates the loss; the ordinary cross-entropy has temperature 1.
  public init(temperature: Temperature = 1) { self.temperature = temperature }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The logits.
    public static let logits = Variables(rawValue: 1)
    /// The logits, and the temperature in its three readings.
    public static let all: Variables = [.logits, .temperature, .scale, .logScale]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: TemperedGradient {
    /// dL/dx, of the shape of the logits.
    public internal(set) var logits: Matrix<Scalar>?
    /// dL/dT, and by 1/T and its logarithm.
    public internal(set) var byTemperature = TemperatureGradient<Scalar>()

    public var byArrays: [NamedGradient<Scalar>] { [("logits", logits)] }
  }

  /// Returns the loss, its gradient, and the accuracies and entropy of the same pass.
  ///
  /// - Parameters:
  ///   - logits: `n × C`, at least one row, at least one class.
  ///   - labels: n class indices, from 0 to C − 1.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms.
  ///   - level: `.none` leaves out accuracies and entropy.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` if shapes do not fit, a label is no class, a row holds a NaN or an
  ///   infinity, or its largest or right logit divided by T is not finite.
  /// - Complexity: O(n·C); memory for the gradient.
  public func valueWithGradient<Scalar: EmbeddingScalar>(
    logits: Matrix<Scalar>, labels: [Int], of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics level: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Scalar, Gradient<Scalar>> {
    let rows = try AnyEmbeddings(logits, named: .logits)
    try rows.requireRows()
    try rows.requireLabels(labels, below: logits.columnCount)
    return try step(
      logits: logits, labels: labels,
      scales: try temperature.scales(for: Scalar.self, rowCount: labels.count, of: rows.name),
      weights: try LossPass(reduction: reduction, options: options).weights(
        termCount: labels.count), of: variables, diagnostics: level, options: options)
  }

  /// The loss of what has been checked.
  ///
  /// - Parameters:
  ///   - logits: −∞ of classes that are no candidates.
  ///   - scales: Of every row; those of the temperature, which may be of fewer.
  ///   - negativeCounts: How many candidates every row has besides its own; `nil` where all classes are.
  ///   - logWeights: b of every class: one list for all rows, or one for each of so many equal shares of them.
  func step<Scalar: EmbeddingScalar>(
    logits: Matrix<Scalar>, labels: [Int], scales: RowScales, weights: TermWeights,
    negativeCounts: [Int]? = nil, logWeights: [[Scalar]]? = nil, of variables: Variables,
    diagnostics level: DiagnosticsLevel, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<Scalar, Gradient<Scalar>> {
    let (result, block) = try LogitsEngine(
      logits, targets: labels, function: PositiveCrossEntropy(), scales: scales, weights: weights,
      negativeCounts: negativeCounts, biases: logWeights,
      needsGradient: variables.contains(.logits), options: options
    ).run()
    var gradient = Gradient<Scalar>()
    gradient.logits = block.map { Matrix($0) }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    var diagnostics = Diagnostics(result.observations, hasSinglePositive: true)
    // Logits are no similarities.
    diagnostics.meanPositiveSimilarity = nil
    diagnostics.meanNegativeSimilarity = nil
    if logWeights != nil { diagnostics.chance = nil }
    return LossStep(
      value: Scalar(result.value), terms: result.values.map { Scalar($0) }, gradient: gradient,
      diagnostics: level == .all ? diagnostics : nil)
  }
}
