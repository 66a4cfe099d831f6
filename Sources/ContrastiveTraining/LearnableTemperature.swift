public import ContrastiveEmbeddings
import RealModule

/// A temperature that is learned, as CLIP learns it: the parameter is log s = −log τ.
///
/// ```swift
/// // log(1/0.07), CLIP's clamp
/// var temperature = LearnableTemperature<Float>()
/// var temperatureOptimizer = Adam<Float>(learningRate: 5e-4)
/// …
/// let loss = CLIP(temperature: temperature.value)
/// let step = try loss.valueWithGradient(images: x, texts: y)
/// try temperature.update(
///   by: step.gradient.logScale, with: &temperatureOptimizer)
/// ```
/// In log s a step changes τ by a share of it, wherever it is, and s stays positive. Without a bound s
/// tends to grow as long as the training pairs are told apart, until the hardest negative alone counts;
/// so CLIP holds it below 100. It takes no part in weight decay.
///
/// - Source: [Radford et al. 2021](https://arxiv.org/abs/2103.00020), §2.5; the clamp as in open_clip.
public struct LearnableTemperature<Scalar: EmbeddingScalar>: Sendable {
  /// Where log s is held after a step.
  public enum Clamp: Hashable, Sendable {
    /// In [0, log 100], as open_clip does: 0.01 ≤ τ ≤ 1.
    case clip
    /// Anywhere.
    case none
    /// In a range of log s.
    case logScale(ClosedRange<Double>)

    package var range: ClosedRange<Double> {
      switch self {
      case .clip: 0 ... .log(100)
      case .none: -.infinity ... .infinity
      case .logScale(let range): range
      }
    }
  }

  /// Where log s is held.
  public var clamp: Clamp

  /// log s, a single number named `logScale`.
  public package(set) var parameters: Parameters<Scalar>

  /// Creates the parameter.
  ///
  /// - Parameters:
  ///   - initial: Its first value, CLIP's 0.07 by default. The clamp acts from the first step on.
  ///   - clamp: Where it is held.
  public init(_ initial: Temperature = 0.07, clamp: Clamp = .clip) {
    self.clamp = clamp
    let logScale = Matrix<Scalar>(rowCount: 1, columnCount: 1) { _, _ in
      Scalar(initial.checked.logScale)
    }
    parameters = Parameters([Parameter("logScale", logScale, decays: false)])
  }

  /// log s.
  public var logScale: Scalar { parameters[0].values[0, 0] }

  /// The temperature to give to a loss.
  public var value: Temperature {
    // Every way in has checked that there is one.
    (try? Temperature(logScale: Double(logScale))) ?? 0.07
  }

  /// Takes an optimiser's step, and then clamps.
  ///
  /// - Parameters:
  ///   - gradient: A loss's gradient by log s: ask it for `.logScale`.
  ///   - optimizer: One of its own.
  /// - Throws: `ContrastiveError` if the gradient is `nil` or not finite, or log s leaves the numbers
  ///   that have a temperature; it is unchanged then.
  public mutating func update(
    by gradient: Scalar?, with optimizer: inout some Optimizer<Scalar>
  ) throws(ContrastiveError) {
    guard let gradient else {
      throw .init(.gradient, .missingGradient(by: .logScale))
    }
    var moved = parameters
    try optimizer.update(
      &moved, by: parameters.replacing([Matrix(rowCount: 1, columnCount: 1) { _, _ in gradient }]))
    let range = clamp.range
    let bounded = min(max(Double(moved[0].values[0, 0]), range.lowerBound), range.upperBound)
    _ = try Temperature(logScale: bounded)
    moved[0].values[0, 0] = Scalar(bounded)
    parameters = moved
  }
}
