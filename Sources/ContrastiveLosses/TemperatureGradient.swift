public import ContrastiveEmbeddings

/// The derivatives of a loss by the temperature's three readings; what was not asked for is `nil`.
///
/// ```
/// dL/d(log s) = s · dL/ds = −τ · dL/dτ
/// ```
/// At small τ the derivative by τ is huge (−78 for a toy batch at τ = 0.1); the one by log s, which
/// CLIP learns, stays of the size of the loss.
public struct TemperatureGradient<Scalar: EmbeddingScalar>: Hashable, Sendable {
  /// dL/dτ.
  public internal(set) var temperature: Scalar?
  /// dL/ds.
  public internal(set) var scale: Scalar?
  /// dL/d(log s).
  public internal(set) var logScale: Scalar?

  /// Nothing was asked for.
  public init() {}

  init<Variables: TemperatureVariables>(
    logScaleSlope: Double, at temperature: Temperature, of variables: Variables
  ) where Variables.Element == Variables {
    if variables.contains(.temperature) {
      self.temperature = Scalar(-logScaleSlope * temperature.scale)
    }
    if variables.contains(.scale) { scale = Scalar(logScaleSlope * temperature.value) }
    if variables.contains(.logScale) { logScale = Scalar(logScaleSlope) }
  }
}

/// What a loss with a temperature can be differentiated by, besides its arrays.
public protocol TemperatureVariables: OptionSet, Hashable, Sendable where RawValue == Int {}

extension TemperatureVariables {
  /// τ.
  public static var temperature: Self { Self(rawValue: 1 << 16) }
  /// s = 1/τ.
  public static var scale: Self { Self(rawValue: 1 << 17) }
  /// log s.
  public static var logScale: Self { Self(rawValue: 1 << 18) }
}
