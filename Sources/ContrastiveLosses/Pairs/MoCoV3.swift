import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

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
    public package(set) var queries: Matrix<Scalar>?
    /// dL/dk, `N × d`.
    public package(set) var keys: Matrix<Scalar>?
    /// dL/dτ, dL/ds and dL/d(log s).
    public package(set) var byTemperature = TemperatureGradient<Scalar>()

    /// Nothing was asked for.
    package init() {}

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
    let queries = try AnyEmbeddings(queries, named: .queries)
    let keys = try AnyEmbeddings(keys, named: .keys)
    try keys.requireShape(as: queries)
    var problem = OneWayProblem(
      queries: queries, queriesNeedGradient: variables.contains(.queries),
      candidates: Candidates(
        keys: [.init(rows: keys, roles: .diagonal, needsGradient: variables.contains(.keys))],
        positives: .column), function: MoCoV3Row(),
      scales: try temperature.scales(
        for: Q.Scalar.self, rowCount: queries.rowCount, of: queries.name),
      weights: try reduction.weights(termCount: queries.rowCount))
    problem.observes = diagnostics == .all
    let result = OneWayEngine(problem, options: options).run()

    var gradient = Gradient<Q.Scalar>()
    gradient.queries = queries.gradient(fromUnit: result.queryGradient, options: options)
    gradient.keys = keys.gradient(fromUnit: result.keyGradients[0], options: options)
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    let floor = try CandidateSet.inBatch(size: queries.rowCount).floor(
      unlessIndividual: temperature, dimension: queries.columnCount)
    return LossStep(
      result, gradient: gradient, level: diagnostics, hasSinglePositive: true,
      floor: floor.map {
        LossBound(value: 2 * temperature.value * $0.value, isAttainable: $0.isAttainable)
      })
  }
}

/// c·softplus(ℓ − z₊), with the outer factor c = 2τ = 2/s.
package struct MoCoV3Row: RowFunction {
  package init() {}

  package func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let (factor, margin) = (2 / rows.scales[row], rows.logSumExp[0][row] - rows.positives[row])
      rows.values[row] = factor * softplus(margin)
      let slope = rows.weights[row] * factor * logistic(margin)
      rows.logSumExpSlopes[0][row] = slope
      rows.positiveSlopes[row] = -slope
      // dc/d log s = −c.
      rows.logScaleSlopes[row] = -rows.weights[row] * rows.values[row]
    }
  }

  package func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    2 / scale * .log(onePlus: Double(candidates.negatives))
  }
}
