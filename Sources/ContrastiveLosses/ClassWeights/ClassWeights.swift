public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of features and class weights can be differentiated by.
public struct ClassWeightVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The features as they were given: raw rows, or unit rows.
  public static let features = ClassWeightVariables(rawValue: 1)
  /// The class weights as they were given.
  public static let classWeights = ClassWeightVariables(rawValue: 2)
  /// Both, and the temperature in its three readings.
  public static let all: ClassWeightVariables = [
    .features, .classWeights, .temperature, .scale, .logScale,
  ]
}

/// Derivatives of a loss of features and class weights; what was not asked for is `nil`.
public struct ClassWeightGradient<Scalar: EmbeddingScalar>: TemperedGradient {
  /// By the features, `N × d`: through the normalisation for raw rows.
  public package(set) var features: Matrix<Scalar>?
  /// By the class weights, `C × d`.
  public package(set) var classWeights: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s), for a loss that has a temperature.
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  package init(features: Matrix<Scalar>? = nil, classWeights: Matrix<Scalar>? = nil) {
    self.features = features
    self.classWeights = classWeights
  }

  public var byArrays: [NamedGradient<Scalar>] {
    [("features", features), ("classWeights", classWeights)]
  }
}
