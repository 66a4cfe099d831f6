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
@dynamicMemberLookup
public struct ClassWeightGradient<Scalar: EmbeddingScalar>: Sendable {
  /// By the features, `N × d`: through the normalisation for raw rows.
  public package(set) var features: Matrix<Scalar>?
  /// By the class weights, `C × d`.
  public package(set) var classWeights: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s).
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  /// Nothing was asked for.
  package init() {}

  /// `temperature`, `scale` and `logScale`.
  public subscript(
    dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
  ) -> Scalar? { byTemperature[keyPath: member] }
}

/// A softmax of features over class weights, as ``NormFaceSoftmax`` or one with a margin.
///
/// For code that takes whichever it is given.
public protocol ClassWeightLoss: Hashable, Sendable {
  /// τ, and with it NormFace's scale s = 1/τ; or one for each class, which is that of the rows of the class.
  var temperature: Temperature { get set }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - features: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - classWeights: `C × d`, a row for each class.
  ///   - labels: The class of each row, from 0 to C − 1.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the rows' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  func valueWithGradient<F: Embeddings, W: Embeddings>(
    features: F, classWeights: W, labels: [Int], of variables: ClassWeightVariables,
    reduction: Reduction, diagnostics: DiagnosticsLevel, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<F.Scalar, ClassWeightGradient<F.Scalar>>
  where W.Scalar == F.Scalar
}
