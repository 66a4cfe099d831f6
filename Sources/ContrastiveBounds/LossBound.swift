internal import RealModule

/// A value no loss of its kind falls below, or the loss of one arrangement of points, and whether
/// embeddings exist that have it.
///
/// A bound holds in every dimension. It is *attainable* when some unit vectors of the dimension in
/// question reach it: a regular simplex of n points needs n − 1 dimensions, and with fewer the
/// bound is true but nothing trains down to it.
public struct LossBound: Hashable, Sendable {
  /// The loss in nats.
  ///
  /// Relative error below 1e-13 for the τ (or s) given, also where the value is 1e-84. Values
  /// below 2.2e-308 lose digits as subnormal numbers do, and what is below 4.9e-324 is 0.
  public let value: Double

  /// Whether unit vectors exist that have this loss, in the dimension asked about or, where none
  /// was given, in some dimension.
  public let isAttainable: Bool

  /// The softmax probability of the positive at this loss.
  ///
  /// ```
  /// p = exp(−value)
  /// ```
  /// NormFace §3.3 quotes it for unit features and weights (s = 1) with every other class at cosine
  /// −1, `e/(e + (n−1)/e)`: 0.45 for 10 classes and 0.007 for 1000.
  public var positiveProbability: Double { .exp(-value) }

  package init(value: Double, isAttainable: Bool) {
    self.value = value
    self.isAttainable = isAttainable
  }
}
