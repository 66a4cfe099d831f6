public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// A loss of one's own: any row function on any candidates, one way.
///
/// ```swift
/// let loss = OneWayLoss(MyRow(margin: 0.1), temperature: 0.07)
/// let step = try loss.valueWithGradient(
///   queries: q, candidates: Candidates(k))
/// ```
/// It runs as the losses here do: one pass against constant keys, kept or recomputed logits, few weights at small
/// temperatures, on all threads.
///
/// - Source: ``/ContrastiveEngine/RowFunction`` tells what a row function is.
public struct OneWayLoss: Sendable {
  /// What the loss is, given a row's sums.
  public var function: any RowFunction

  /// τ, one for all queries or one for each.
  public var temperature: Temperature

  /// How a cosine becomes a logit.
  public var logits: LogitForm

  /// Creates the loss.
  public init(
    _ function: any RowFunction, temperature: Temperature, logits: LogitForm = .scaledCosines
  ) {
    self.function = function
    self.temperature = temperature
    self.logits = logits
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The queries as they were given: raw rows, or unit rows.
    public static let queries = Variables(rawValue: 1)
    /// All arrays of keys as they were given, and positives in an array of their own.
    public static let keys = Variables(rawValue: 2)
    /// Both, and the temperature in its three readings.
    public static let all: Variables = [.queries, .keys, .temperature, .scale, .logScale]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: TemperedGradient {
    /// By the queries, `N × d`: through the normalisation for raw rows.
    public internal(set) var queries: Matrix<Scalar>?
    /// By every array of keys, in the order in which the candidates have them.
    public internal(set) var keys: [Matrix<Scalar>?] = []
    /// By positives in an array of their own.
    public internal(set) var positives: Matrix<Scalar>?
    /// By the temperature.
    public internal(set) var byTemperature = TemperatureGradient<Scalar>()

    public var byArrays: [NamedGradient<Scalar>] {
      [("queries", queries), ("positives", positives)]
        + keys.enumerated().map { ("keys\($0)", $1) }
    }
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - candidates: The keys, and what they are to the queries.
  ///   - variables: What to differentiate by. Without the keys loss and gradient take one pass where every query has
  ///     one positive.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row holds a NaN or an infinity, or a map of logits is
  ///   asked for with a function of Σz, log-weights or temperatures of rows.
  /// - Complexity: As ``InfoNCE``; with a map of logits 8NMd flops with all gradients.
  public func valueWithGradient<Q: Embeddings>(
    queries: Q, candidates: Candidates<Q.Scalar>, of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>> {
    let rows = try AnyEmbeddings(queries, named: .queries)
    try rows.requireRows()
    let candidates = try candidates.checked(
      for: rows, needingGradient: variables.contains(.keys))
    let scales = try temperature.scales(
      for: Q.Scalar.self, rowCount: rows.rowCount, of: rows.name)
    let termCount =
      function.hasTermPerPositive
      ? candidates.positiveCount(rowCount: rows.rowCount) : rows.rowCount
    var problem = OneWayProblem(
      queries: rows, queriesNeedGradient: variables.contains(.queries), candidates: candidates,
      function: function, scales: scales,
      weights: try LossPass(reduction: reduction, options: options).weights(termCount: termCount))
    problem.observes = diagnostics == .all
    if let map = try logits.map(
      scales, for: function, hasLogWeights: candidates.haveLogWeights,
      as: Q.Scalar.self)
    {
      (problem.map, problem.scales) = (map, .one(1))
    }
    let result = try problem.run(options: options)

    var gradient = Gradient<Q.Scalar>()
    gradient.queries = rows.gradient(fromUnit: result.queryGradient, options: options)
    gradient.keys = zip(candidates.keys, result.keyGradients).map {
      $0.rows.gradient(fromUnit: $1, options: options)
    }
    if case .array(let positives, _, _) = candidates.positives {
      gradient.positives = positives.gradient(
        fromUnit: result.positiveGradient, options: options)
    }
    gradient.byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
    var step = LossStep(
      result, gradient: gradient, level: diagnostics,
      hasSinglePositive: candidates.hasSinglePositive, floor: nil)
    step.forgetWhatIsUnknown(of: logits, hasLogWeights: candidates.haveLogWeights)
    return step
  }
}
