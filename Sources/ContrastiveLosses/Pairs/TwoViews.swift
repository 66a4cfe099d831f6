public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of two views can be differentiated by.
public struct TwoViewVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The first view as it was given: raw rows, or unit rows.
  public static let viewA = TwoViewVariables(rawValue: 1)
  /// The second view as it was given.
  public static let viewB = TwoViewVariables(rawValue: 2)
  /// Both views, and the temperature in its three readings.
  public static let all: TwoViewVariables = [.viewA, .viewB, .temperature, .scale, .logScale]
}

/// Derivatives of a loss of two views; what was not asked for is `nil`.
@dynamicMemberLookup
public struct TwoViewGradient<Scalar: EmbeddingScalar>: Sendable {
  /// dL/da, `N × d`: through the normalisation for raw rows.
  public package(set) var viewA: Matrix<Scalar>?
  /// dL/db, `N × d`.
  public package(set) var viewB: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s).
  public package(set) var byTemperature = TemperatureGradient<Scalar>()

  /// Nothing was asked for.
  package init() {}

  /// `temperature`, `scale` and `logScale`.
  public subscript(
    dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
  ) -> Scalar? { byTemperature[keyPath: member] }
}

/// A loss of two views of the same samples, as ``NTXent``.
///
/// For code that takes whichever it is given.
public protocol TwoViewLoss: Hashable, Sendable {
  /// τ, and with it NormFace's scale s = 1/τ.
  var temperature: Temperature { get set }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - viewA: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - viewB: `N × d`; row i is of the same sample as row i of the other.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the 2N terms, those of view A first.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, of variables: TwoViewVariables, reduction: Reduction,
    diagnostics: DiagnosticsLevel, options: ComputeOptions
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar
}
