public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of one batch of embeddings can be differentiated by.
public struct EmbeddingVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The embeddings as they were given: raw rows, or unit rows.
  public static let embeddings = EmbeddingVariables(rawValue: 1)
  /// The embeddings, and the temperature in its three readings.
  public static let all: EmbeddingVariables = [.embeddings, .temperature, .scale, .logScale]
}

/// Derivatives of a loss of one batch of embeddings; what was not asked for is `nil`.
public struct EmbeddingGradient<Scalar: EmbeddingScalar>: TemperedGradient {
  /// dL/dx, `n × d`: through the normalisation for raw rows.
  public package(set) var embeddings: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s), for a loss that has a temperature.
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  public var byArrays: [NamedGradient<Scalar>] { [("embeddings", embeddings)] }

  package init() {}

  /// Of rows that were rows and columns at once.
  init(
    _ result: EngineResult<Scalar>, of rows: AnyEmbeddings<Scalar>, temperature: Temperature,
    variables: EmbeddingVariables, options: ComputeOptions
  ) {
    embeddings = rows.gradient(fromUnit: result.queryGradient, options: options)
    byTemperature = TemperatureGradient(
      logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables)
  }
}

/// The terms of a loss of one batch of embeddings, and a pullback for a cotangent vector.
public typealias EmbeddingTerms<Scalar: EmbeddingScalar> = LossTerms<
  Scalar, EmbeddingVariables, EmbeddingGradient<Scalar>
>

extension LabelGroups {
  /// - Throws: `ContrastiveError` unless there are rows, and a label for each.
  init<Scalar>(_ labels: [Int], for rows: AnyEmbeddings<Scalar>) throws(ContrastiveError) {
    try rows.requireRows()
    try rows.requireLabels(labels)
    self.init(labels)
  }
}
