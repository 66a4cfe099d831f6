public import ContrastiveBounds
public import ContrastiveEmbeddings
import RealModule

/// The softmax with temperature of a vector, its logarithm, its entropy, and their gradients.
///
/// ```
/// pᵢ = exp(xᵢ/τ) / Σⱼ exp(xⱼ/τ)
/// ```
/// A temperature above 1 evens the probabilities out, one below 1 sharpens them. The two ends of the
/// scale are values of their own: as τ → 0 the largest elements share everything equally, ties
/// included (`softargmax`), and as τ → ∞ all elements do.
///
/// ```swift
/// // 0.3006, 0.3322, 0.3672
/// Softmax(temperature: 10).probabilities(of: [1, 2, 3])
/// // 0, 0.5, 0.5
/// Softmax(limit: .zero).probabilities(of: [1, 3, 3])
/// ```
/// Elements must be finite; the results then are where elements over τ, and their differences, are. A probability
/// below the least subnormal number is 0, and its logarithm still right. The softmax of no elements
/// is empty. Computed in double precision; O(n).
///
/// - Source: [Hinton et al. 2015](https://arxiv.org/abs/1503.02531), eq. 1. Equals
///   `torch.softmax(x / τ)`.
public struct Softmax: Hashable, Sendable {
  private enum Level: Hashable, Sendable {
    case temperature(Temperature)
    case limit(TemperatureLimit)
  }

  private let level: Level

  /// The softmax at a temperature.
  public init(temperature: Temperature) {
    level = .temperature(temperature.checked)
  }

  /// The softmax at an end of the temperature scale.
  public init(limit: TemperatureLimit) {
    level = .limit(limit)
  }

  /// pᵢ, each in 0...1 and together 1.
  public func probabilities<Scalar: EmbeddingScalar>(of x: [Scalar]) -> [Scalar] {
    distribution(x).probabilities.map { Scalar($0) }
  }

  /// log pᵢ = xᵢ/τ − log Σ exp(xⱼ/τ); at the limit τ → 0 it is −∞ but for the largest.
  public func logProbabilities<Scalar: EmbeddingScalar>(of x: [Scalar]) -> [Scalar] {
    distribution(x).logProbabilities.map { Scalar($0) }
  }

  /// H = −Σ pᵢ log pᵢ in nats, from 0 to log n.
  public func entropy<Scalar: EmbeddingScalar>(of x: [Scalar]) -> Scalar {
    let (p, logP) = distribution(x)
    return Scalar(Self.entropy(p, logP))
  }

  /// The softmax of every row.
  public func probabilities<Scalar: EmbeddingScalar>(of rows: Matrix<Scalar>) -> Matrix<Scalar> {
    mapRows(rows) { probabilities(of: $0) }
  }

  /// The logarithm of every row's softmax.
  public func logProbabilities<Scalar: EmbeddingScalar>(
    of rows: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    mapRows(rows) { logProbabilities(of: $0) }
  }

  /// log Σ exp(xᵢ/τ) of every row.
  public func logSumExps<Scalar: EmbeddingScalar>(of rows: Matrix<Scalar>) -> [Scalar] {
    (0..<rows.rowCount).map { logSumExp(of: rows.rows($0..<$0 + 1).elements) }
  }

  /// The entropy of every row's softmax, in nats.
  public func entropies<Scalar: EmbeddingScalar>(of rows: Matrix<Scalar>) -> [Scalar] {
    (0..<rows.rowCount).map { entropy(of: rows.rows($0..<$0 + 1).elements) }
  }

  /// The gradient by x of a function of the probabilities: (p/τ)·(g − ⟨p, g⟩); 0 at the limits,
  /// where the probabilities do not move.
  ///
  /// - Parameters:
  ///   - x: The logits.
  ///   - gradient: The function's gradient by the probabilities, as long as x.
  public func probabilitiesPullback<Scalar: EmbeddingScalar>(
    at x: [Scalar], _ gradient: [Scalar]
  ) -> [Scalar] {
    precondition(gradient.count == x.count, "one slope per element")
    let p = distribution(x).probabilities
    let mean = zip(p, gradient).reduce(0) { $0 + $1.0 * Double($1.1) }
    return zip(p, gradient).map { Scalar(slope * $0 * (Double($1) - mean)) }
  }

  /// The gradient by x of a function of the log-probabilities: (g − p·Σ g)/τ.
  ///
  /// - Parameters:
  ///   - x: The logits.
  ///   - gradient: The function's gradient by the log-probabilities, as long as x.
  public func logProbabilitiesPullback<Scalar: EmbeddingScalar>(
    at x: [Scalar], _ gradient: [Scalar]
  ) -> [Scalar] {
    precondition(gradient.count == x.count, "one slope per element")
    let sum = gradient.reduce(0) { $0 + Double($1) }
    return zip(distribution(x).probabilities, gradient).map {
      Scalar(slope * (Double($1) - $0 * sum))
    }
  }

  /// The gradient of the entropy by x: −(p/τ)·(log p + H).
  public func entropyGradient<Scalar: EmbeddingScalar>(at x: [Scalar]) -> [Scalar] {
    let (p, logP) = distribution(x)
    let entropy = Self.entropy(p, logP)
    return zip(p, logP).map { p, logP in
      p > 0 ? Scalar(-slope * p * (logP + entropy)) : 0
    }
  }

  /// The gradient of log Σ exp(xᵢ/τ) by x: p/τ.
  public func logSumExpGradient<Scalar: EmbeddingScalar>(at x: [Scalar]) -> [Scalar] {
    distribution(x).probabilities.map { Scalar(slope * $0) }
  }

  /// log Σ exp(xᵢ/τ): at least max x/τ, and at most that and log n.
  ///
  /// −∞ for no elements. At the limits, where it diverges, the logarithm of how many elements
  /// share the probability: what is left of it when max x/τ is taken off.
  public func logSumExp<Scalar: EmbeddingScalar>(of x: [Scalar]) -> Scalar {
    let x = x.map { Double($0) }
    let largest = x.max() ?? 0
    let count = Self.logSum(weights(x, largest: largest))
    if case .temperature(let temperature) = level {
      return Scalar(largest / temperature.value + count)
    }
    return Scalar(count)
  }

  /// exp((x − max x)/τ): in 0...1, one of them 1.
  private func weights(_ x: [Double], largest: Double) -> [Double] {
    switch level {
    case .temperature(let temperature): x.map { .exp(($0 - largest) / temperature.value) }
    case .limit(.zero): x.map { $0 == largest ? 1 : 0 }
    case .limit(.infinity): x.map { _ in 1 }
    }
  }

  /// log Σ wᵢ where one of the weights is 1, as log1p of the others: near a single winner its
  /// log-probability is minus this, and 1 + 1e-13 would leave it three digits.
  private static func logSum(_ weights: [Double]) -> Double {
    guard let one = weights.firstIndex(of: 1) else { return .log(weights.reduce(0, +)) }
    let others = weights[..<one].reduce(0, +) + weights[(one + 1)...].reduce(0, +)
    return .log(onePlus: others)
  }

  private func distribution<Scalar: EmbeddingScalar>(
    _ x: [Scalar]
  ) -> (probabilities: [Double], logProbabilities: [Double]) {
    let x = x.map { Double($0) }
    let largest = x.max() ?? 0
    let weights = weights(x, largest: largest)
    let sum = weights.reduce(0, +)
    let logSum = Self.logSum(weights)
    let logProbabilities =
      if case .temperature(let temperature) = level {
        x.map { ($0 - largest) / temperature.value - logSum }
      } else {
        weights.map { .log($0) - logSum }
      }
    return (weights.map { $0 / sum }, logProbabilities)
  }

  /// 1/τ: d(x/τ)/dx; 0 at the limits.
  private var slope: Double {
    if case .temperature(let temperature) = level { temperature.scale } else { 0 }
  }

  private static func entropy(_ p: [Double], _ logP: [Double]) -> Double {
    zip(p, logP).reduce(0) { $1.0 > 0 ? $0 - $1.0 * $1.1 : $0 }
  }

  private func mapRows<Scalar: EmbeddingScalar>(
    _ rows: Matrix<Scalar>, _ body: ([Scalar]) -> [Scalar]
  ) -> Matrix<Scalar> {
    let results = (0..<rows.rowCount).map { body(rows.rows($0..<$0 + 1).elements) }
    return Matrix(rowCount: rows.rowCount, columnCount: rows.columnCount) { results[$0][$1] }
  }
}
