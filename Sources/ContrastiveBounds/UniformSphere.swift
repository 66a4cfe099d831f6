public import ContrastiveEmbeddings

/// Points spread evenly over the unit sphere of Rᵈ, where contrastive losses drive embeddings when
/// there are many more points than dimensions.
///
/// For a fixed unit vector v and u uniform on the sphere,
/// ```
/// E exp(κ u·v) = ₀F₁(; d/2; κ²/4)
/// ```
/// The values below are the logarithm of E exp(κ(u·v − 1)): negative, and free of the cancellation
/// in −κ + log ₀F₁ (at κ = 1000 and d = 2 the terms are 230 times their sum). Relative error below
/// 1e-14 for every d and τ.
///
/// - Source: [Wang & Isola 2020](https://arxiv.org/abs/2005.10242), proposition 1 and theorem 1.
public struct UniformSphere: Hashable, Sendable {
  /// d, the dimension of the space around the sphere.
  public let dimension: Int

  /// Creates the unit sphere of Rᵈ.
  ///
  /// - Parameter dimension: d, at least 1; at 1 the sphere is the two points ±1.
  /// - Throws: `ContrastiveError` if d is out of range.
  public init(dimension: Int) throws(ContrastiveError) {
    try ContrastiveError.check(dimension, named: .dimension, atLeast: 1)
    self.dimension = dimension
  }

  /// Returns the smallest uniformity loss of any distribution on the sphere.
  ///
  /// ```
  /// log E exp(−t‖u − v‖²) = −2t + log ₀F₁(; d/2; t²)
  /// ```
  /// Attained by the uniform distribution only, thus by no finite set. A batch can show a *smaller*
  /// value where pairs of a point with itself are left out, as Wang and Isola's code does.
  ///
  /// - Parameter t: The kernel's sharpness, positive and finite; 2 in the paper.
  /// - Returns: The loss in nats, negative; above −2t.
  /// - Throws: `ContrastiveError` if t is out of range.
  /// - Complexity: O(t), about 10⁴ terms at most.
  public func uniformityOptimum(t: Double) throws(ContrastiveError) -> Double {
    guard t > 0, (2 * t).isFinite else {
      throw .init(.t, .number(found: t, expected: .positive))
    }
    return -meanDeficit(concentration: DoubleDouble(2 * t)).high
  }

  /// Returns the limit of the loss minus log K for aligned, uniform embeddings and K → ∞ negatives.
  ///
  /// ```
  /// lim (L − log K) = −1/τ + log ₀F₁(; d/2; 1/(4τ²))
  /// ```
  /// The smallest possible limit of InfoNCE. At τ = 1/(2t) it equals `uniformityOptimum(t:)`. For the
  /// loss at a finite K ≫ d see `PointConfiguration.uniform(dimension:)`.
  ///
  /// - Parameter temperature: τ.
  /// - Returns: The difference in nats, negative.
  /// - Complexity: O(1/τ), about 10⁴ terms at most.
  public func alignedLossLimit(temperature: Temperature) -> Double {
    -meanDeficit(concentration: DoubleDouble(1) / DoubleDouble(temperature.checked.value)).high
  }

  /// −log E exp(κ(u·v − 1)) = κ − log ₀F₁(; d/2; κ²/4), from 0 to κ.
  func meanDeficit(concentration: DoubleDouble) -> DoubleDouble {
    concentration
      - Hypergeometric0F1.logarithm(b: Double(dimension) / 2, doubleRoot: concentration)
  }
}
