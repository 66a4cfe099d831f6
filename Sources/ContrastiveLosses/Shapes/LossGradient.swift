public import ContrastiveEmbeddings
public import ContrastiveEngine

/// An array by which a loss can be differentiated, and the derivative; `nil` if it was not asked for.
public typealias NamedGradient<Scalar: EmbeddingScalar> = (name: String, gradient: Matrix<Scalar>?)

/// Derivatives of a loss; what was not asked for, or what the loss does not have, is `nil`.
///
/// For code that takes those of any loss. Where the loss is known, its gradient has a property for each array.
public protocol LossGradient<Scalar>: Sendable {
  associatedtype Scalar: EmbeddingScalar

  /// By the arrays as they were given, under the names of the arguments and in their order.
  var byArrays: [NamedGradient<Scalar>] { get }

  /// dL/dτ, dL/ds and dL/d(log s).
  var byTemperature: TemperatureGradient<Scalar> { get }

  /// dL/db.
  var bias: Scalar? { get }
}

extension LossGradient {
  /// Empty: of a loss without a temperature.
  public var byTemperature: TemperatureGradient<Scalar> { TemperatureGradient() }

  /// `nil`: of a loss without a bias.
  public var bias: Scalar? { nil }
}

/// Derivatives of a loss that has a temperature, whose readings are properties: `temperature`, `scale` and `logScale`.
@dynamicMemberLookup
public protocol TemperedGradient<Scalar>: LossGradient {}

extension TemperedGradient {
  /// `temperature`, `scale` and `logScale`.
  public subscript(
    dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
  ) -> Scalar? { byTemperature[keyPath: member] }
}
