public import ContrastiveEmbeddings

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
  public internal(set) var viewA: Matrix<Scalar>?
  /// dL/db, `N × d`.
  public internal(set) var viewB: Matrix<Scalar>?
  /// dL/dτ, dL/ds and dL/d(log s).
  public internal(set) var byTemperature = TemperatureGradient<Scalar>()

  /// `temperature`, `scale` and `logScale`.
  public subscript(
    dynamicMember member: KeyPath<TemperatureGradient<Scalar>, Scalar?>
  ) -> Scalar? { byTemperature[keyPath: member] }
}
