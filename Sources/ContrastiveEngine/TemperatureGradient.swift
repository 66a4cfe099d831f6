public import ContrastiveEmbeddings

/// The derivatives of a loss by the temperature's three readings; what was not asked for is `nil`.
///
/// Of one temperature for all rows they are numbers, of individual ones arrays, one number for each.
///
/// ```
/// dL/d(log s) = s · dL/ds = −τ · dL/dτ
/// ```
/// At small τ the derivative by τ is huge (−78 for a toy batch at τ = 0.1); the one by log s, which
/// CLIP learns, stays of the size of the loss.
public struct TemperatureGradient<Scalar: EmbeddingScalar>: Hashable, Sendable {
  /// dL/dτ.
  public package(set) var temperature: Scalar?
  /// dL/ds.
  public package(set) var scale: Scalar?
  /// dL/d(log s).
  public package(set) var logScale: Scalar?

  /// dL/dτᵢ, where rows have temperatures of their own.
  public package(set) var temperatures: [Scalar]?
  /// dL/dsᵢ.
  public package(set) var scales: [Scalar]?
  /// dL/d(log sᵢ).
  public package(set) var logScales: [Scalar]?

  /// Nothing was asked for.
  public init() {}

  package init<Variables: TemperatureVariables>(
    logScaleSlopes: [Double], at temperature: Temperature, of variables: Variables
  ) where Variables.Element == Variables {
    if let rowScales = temperature.rowScales {
      // Rows of several sides may share theirs.
      var slopes = Array(repeating: 0.0, count: rowScales.count)
      for (row, slope) in logScaleSlopes.enumerated() { slopes[row % rowScales.count] += slope }
      let pairs = zip(slopes, rowScales)
      if variables.contains(.temperature) { temperatures = pairs.map { Scalar(-$0 * $1) } }
      if variables.contains(.scale) { scales = pairs.map { Scalar($0 / $1) } }
      if variables.contains(.logScale) { logScales = slopes.map { Scalar($0) } }
      return
    }
    let logScaleSlope = logScaleSlopes.reduce(0, +)
    if variables.contains(.temperature) {
      self.temperature = Scalar(-logScaleSlope * temperature.scale)
    }
    if variables.contains(.scale) { scale = Scalar(logScaleSlope * temperature.value) }
    if variables.contains(.logScale) { logScale = Scalar(logScaleSlope) }
  }
}

/// What a loss with a temperature can be differentiated by, besides its arrays.
public protocol TemperatureVariables: OptionSet, Hashable, Sendable where RawValue == Int {
  /// All of the loss's arrays, and the temperature in its three readings.
  static var all: Self { get }
}

extension TemperatureVariables {
  /// τ.
  public static var temperature: Self { Self(rawValue: 1 << 16) }
  /// s = 1/τ.
  public static var scale: Self { Self(rawValue: 1 << 17) }
  /// log s.
  public static var logScale: Self { Self(rawValue: 1 << 18) }
}
