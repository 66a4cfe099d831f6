public import ContrastiveEmbeddings
public import ContrastiveEngine

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

/// A loss of features' distances to class weights: ``CContrastive``, `CTriplet`.
///
/// For code that takes whichever it is given.
public protocol ClassAgentLoss: Hashable, Sendable {
  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - features: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - classWeights: `C × d`, a row for each class.
  ///   - labels: The class of each row, from 0 to C − 1.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: AgentVariables,
    reduction: Reduction, diagnostics: DiagnosticsLevel, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<F.Scalar, AgentGradient<F.Scalar>>
  where W.Scalar == F.Scalar
}
