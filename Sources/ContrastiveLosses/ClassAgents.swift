public import ContrastiveEmbeddings

/// What a loss of distances to class weights can be differentiated by.
public struct AgentVariables: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The features as they were given: raw rows, or unit rows.
  public static let features = AgentVariables(rawValue: 1)
  /// The class weights as they were given.
  public static let classWeights = AgentVariables(rawValue: 2)
  /// Both.
  public static let all: AgentVariables = [.features, .classWeights]
}

/// Derivatives of a loss of distances to class weights; what was not asked for is `nil`.
public struct AgentGradient<Scalar: EmbeddingScalar>: Sendable {
  /// By the features, `N × d`: through the normalisation for raw rows.
  public internal(set) var features: Matrix<Scalar>?
  /// By the class weights, `C × d`.
  public internal(set) var classWeights: Matrix<Scalar>?
}
