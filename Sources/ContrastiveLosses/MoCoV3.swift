import ContrastiveBounds
public import ContrastiveEmbeddings

/// One direction of MoCo v3's loss: in-batch InfoNCE times 2τ.
///
/// For `N` queries q and keys k, of which row i belongs to row i, and their cosines c:
/// ```
/// Lᵢ = 2τ·( log Σⱼ exp(cᵢⱼ/τ) − cᵢᵢ/τ )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// The factor takes the 1/τ out of the gradients by the embeddings, which stay of one size whatever
/// the temperature; the gradient by τ includes the factor's own, dL/dτ = 2·InfoNCE + 2τ·dInfoNCE/dτ.
/// There is no queue: a batch is its own dictionary.
///
/// Training adds both directions, each view's queries against the other's keys. The keys come from the
/// momentum encoder, and take no gradient:
/// ```swift
/// let loss = MoCoV3(temperature: 0.2)
/// let one = try loss.valueWithGradient(queries: q1, keys: k2, of: .queries)
/// let two = try loss.valueWithGradient(queries: q2, keys: k1, of: .queries)
/// let value = one.value + two.value  // and one.gradient.queries by q1, two.gradient.queries by q2
/// ```
/// The loss is 2τ·log N when all embeddings are equal, and 0 for N = 1. Its floor is 2τ times InfoNCE's.
///
/// - Source: [Chen et al. 2021](https://arxiv.org/abs/2104.02057), algorithm 1; equals
///   `contrastive_loss` of the authors' code (moco-v3@c349e6e) on one process.
public struct MoCoV3: Hashable, Sendable {
  /// τ: 1 for ResNets, 0.2 for vision transformers in the authors' commands.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) {
    self.temperature = temperature
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The queries as they were given: raw rows, or unit rows.
    public static let queries = Variables(rawValue: 1)
    /// The keys as they were given.
    public static let keys = Variables(rawValue: 2)
    /// Both, and the temperature in its three readings.
    public static let all: Variables = [.queries, .keys, .temperature, .scale, .logScale]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  @dynamicMemberLookup
  public struct Gradient<Scalar: EmbeddingScalar>: Sendable {
    /// dL/dq, `N × d`: through the normalisation for raw rows.
    public internal(set) var queries: Matrix<Scalar>?
    /// dL/dk, `N × d`.
    public internal(set) var keys: Matrix<Scalar>?
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
  ///   - queries: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - keys: `N × d`; row i is the positive of query i, and the others' negative.
  ///   - variables: What to differentiate by. Without the keys loss and gradient take one pass.
  ///   - reduction: The weights of the queries' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  /// - Complexity: As ``InfoNCE`` in the batch: 4N²d flops with the gradient by the queries, 6N²d with
  ///   that by the keys.
  public func valueWithGradient<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    let queries = try AnyEmbeddings(queries, named: "queries")
    let keys = try AnyEmbeddings(keys, named: "keys")
    try queries.requireRows()
    try keys.requireRowCount(as: queries)
    try keys.requireColumnCount(as: queries)
    let factor = 2 * temperature.value
    var problem = RowsProblem(
      queries: queries, queriesNeedGradient: variables.contains(.queries),
      keys: [.init(rows: keys, roles: .diagonal, needsGradient: variables.contains(.keys))],
      positive: .init(place: .column), function: PositiveCrossEntropy(),
      scale: try temperature.scale(for: Q.Scalar.self),
      weights: try reduction.weights(termCount: queries.rowCount).multiplied(by: factor))
    problem.observes = diagnostics == .all
    var result = RowsEngine(problem, options: options).run()
    // The engine saw InfoNCE V with weights 2τ·w: d(2τ·V)/d log s = 2τ·dV/d log s − 2τ·V.
    result.logScaleSlope -= result.value
    result.values = result.values.map { factor * $0 }
    result.observations.chance *= factor

    var gradient = Gradient<Q.Scalar>()
    gradient.queries = queries.gradient(fromUnit: result.queryGradient, options: options)
    gradient.keys = keys.gradient(fromUnit: result.keyGradients[0], options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlope: result.logScaleSlope, at: temperature, of: variables)
    var step = try LossStep(
      result, gradient: gradient, level: diagnostics, hasSinglePositive: true, floor: nil,
      temperature: temperature, dimension: queries.columnCount)
    let floor = try CandidateSet.inBatch(size: queries.rowCount).floor(
      temperature: temperature, dimension: queries.columnCount)
    step.diagnostics?.setFloor(
      factor * floor.value, isAttainable: floor.isAttainable, mean: result.meanTerm)
    return step
  }
}
