public import ContrastiveEmbeddings
public import ContrastiveEngine

/// SigLIP's loss: of every image and every text of a batch, whether they belong together.
///
/// For N pairs, the cosines c of images and texts, and the logits zᵢⱼ = s·cᵢⱼ + b:
/// ```
/// Lᵢ = −log σ(zᵢᵢ) − Σ_{j≠i} log σ(−zᵢⱼ) = softplus(−zᵢᵢ) + Σ_{j≠i} softplus(zᵢⱼ)
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
public struct SigLIP: Hashable, Sendable {
  /// τ, and with it the logit scale s = 1/τ.
  public var temperature: Temperature

  /// b, which is added to the scaled cosines: finite.
  public var bias: Double

  /// Creates the loss.
  public init(temperature: Temperature, bias: Double) {
    self.temperature = temperature
    self.bias = bias
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The images' embeddings as they were given: raw rows, or unit rows.
    public static let images = Variables(rawValue: 1)
    /// The texts' embeddings as they were given.
    public static let texts = Variables(rawValue: 2)
    /// b.
    public static let bias = Variables(rawValue: 4)
    /// All of these, and the temperature in its three readings.
    public static let all: Variables = [
      .images, .texts, .bias, .temperature, .scale, .logScale,
    ]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  @dynamicMemberLookup
  public struct Gradient<Scalar: EmbeddingScalar>: Sendable {
    /// By the images' embeddings, `N × d`: through the normalisation for raw rows.
    public package(set) var images: Matrix<Scalar>?
    /// By the texts' embeddings, `N × d`.
    public package(set) var texts: Matrix<Scalar>?
    /// dL/db.
    public package(set) var bias: Scalar?
    /// dL/dτ, dL/ds and dL/d(log s).
    public package(set) var byTemperature = TemperatureGradient<Scalar>()

    /// Nothing was asked for.
    package init() {}

    /// `temperature`, `scale` and `logScale`.
    public subscript(
      dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
    ) -> Scalar? { byTemperature[keyPath: member] }
  }

  /// Returns the loss, its gradient, and the mean similarities of pairs that belong together and of
  /// those that do not.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the images' terms Lᵢ.
  ///   - level: `.none` saves a few per cent.
  ///   - options: Threads, and the workspace; no logits are kept.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row holds a NaN or an infinity, or the
  ///   bias is not finite.
  /// - Complexity: 2N²d flops for the value, 4N²d with one of the gradients by arrays, 6N²d with both,
  ///   by GEMM; memory for the gradients and a few tiles per thread.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics level: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, Gradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    typealias Scalar = I.Scalar
    let images = try AnyEmbeddings(images, named: .images)
    let texts = try AnyEmbeddings(texts, named: .texts)
    try texts.requireShape(as: images)
    try bias.requireLogit(as: Scalar.self, named: .bias)
    let count = images.rowCount
    var problem = PairsProblem(
      rows: images, columns: texts, rowsNeedGradient: variables.contains(.images),
      columnsNeedGradient: variables.contains(.texts), roles: .diagonal, term: .sigmoid,
      scales: try temperature.scales(for: Scalar.self, rowCount: count, of: images.name),
      offsets: Array(repeating: bias, count: count),
      weights: try reduction.weights(termCount: count))
    problem.observes = level == .all
    let result = PairsEngine(problem, options: options).run()

    var gradient = Gradient<Scalar>()
    gradient.images = images.gradient(fromUnit: result.rowGradient, options: options)
    gradient.texts = texts.gradient(fromUnit: result.columnGradient, options: options)
    if variables.contains(.bias) { gradient.bias = Scalar(result.offsetSlopes.reduce(0, +)) }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    return LossStep(
      value: Scalar(result.value), terms: result.values.map { Scalar($0) }, gradient: gradient,
      diagnostics: level == .all ? result.diagnostics(negativesPerRow: count - 1) : nil)
  }
}
