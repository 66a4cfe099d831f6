public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of two aligned arrays can be differentiated by.
public struct PairVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The queries as they were given: raw rows, or unit rows.
  public static let queries = PairVariables(rawValue: 1)
  /// The keys as they were given.
  public static let keys = PairVariables(rawValue: 2)
  /// Both, and the temperature in its three readings.
  public static let all: PairVariables = [.queries, .keys, .temperature, .scale, .logScale]
}

/// Derivatives of a loss of two aligned arrays; what was not asked for is `nil`.
public struct PairGradient<Scalar: EmbeddingScalar>: TemperedGradient {
  /// dL/dq, `N × d`: through the normalisation for raw rows.
  public var queries: Matrix<Scalar>?
  /// dL/dk, `N × d`.
  public var keys: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s), for a loss that has a temperature.
  public var byTemperature: TemperatureGradient<Scalar>

  /// Creates a gradient, for a loss of one's own.
  public init(
    queries: Matrix<Scalar>? = nil, keys: Matrix<Scalar>? = nil,
    byTemperature: TemperatureGradient<Scalar> = TemperatureGradient()
  ) {
    self.queries = queries
    self.keys = keys
    self.byTemperature = byTemperature
  }

  public var byArrays: [NamedGradient<Scalar>] { [("queries", queries), ("keys", keys)] }
}
