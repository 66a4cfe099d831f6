public import ContrastiveEmbeddings
internal import RealModule

/// What a contrastive loss says about the mutual information I(x; c) of two views, in nats.
///
/// ```
/// I(x; c) ≥ log N − L
/// ```
/// for N candidates, one drawn with the query's context and N − 1 independently of it. A loss is
/// never negative, so N candidates certify at most log N; a cosine critic certifies still less,
/// since its loss has a floor. N counts candidates: with K negatives, N = K + 1.
///
/// - Source: [van den Oord et al. 2018](https://arxiv.org/abs/1807.03748), §2.3;
///   [Poole et al. 2019](https://arxiv.org/abs/1905.06922) for the rigorous form.
public enum MutualInformation {
  /// Returns the lower bound on the mutual information that a loss certifies.
  ///
  /// ```
  /// log N − L
  /// ```
  /// Negative where the loss is worse than chance: true, and useless.
  ///
  /// - Parameters:
  ///   - loss: The expected InfoNCE loss in nats, at least 0.
  ///   - candidates: N, at least 1.
  /// - Throws: `ContrastiveError` if an argument is out of range.
  public static func lowerBound(
    loss: Double, candidates: Int
  ) throws(ContrastiveError) -> Double {
    guard loss >= 0, loss.isFinite else {
      throw .init(.loss, .number(found: loss, expected: .notNegative))
    }
    return try cap(candidates: candidates) - loss
  }

  /// Returns the most that N candidates certify, with any critic.
  ///
  /// ```
  /// log N
  /// ```
  /// - Parameter candidates: N, at least 1.
  /// - Throws: `ContrastiveError` if N is out of range.
  public static func cap(candidates: Int) throws(ContrastiveError) -> Double {
    try ContrastiveError.check(candidates, named: .candidates, atLeast: 1)
    return .log(Double(candidates))
  }

  /// Returns the most that N candidates certify with the critic cos/τ.
  ///
  /// ```
  /// log N − log(1 + (N−1) e^(−2/τ)) ≤ min(log N, 2/τ)
  /// ```
  /// All negatives at cosine −1, which keys that are no queries themselves attain in every dimension.
  /// At τ = 1 a thousand candidates certify 1.99 nats, not 6.9.
  ///
  /// - Parameters:
  ///   - candidates: N, at least 1.
  ///   - temperature: τ.
  /// - Throws: `ContrastiveError` if N is out of range, or for temperatures of rows.
  public static func cosineCap(
    candidates: Int, temperature: Temperature
  ) throws(ContrastiveError) -> Double {
    try cap(candidates: candidates, distance: DoubleDouble(2), temperature: temperature)
  }

  /// Returns the most that a batch of N pairs certifies with the critic cos/τ.
  ///
  /// ```
  /// log N − log(1 + (N−1) e^(−N/((N−1)τ))) ≤ min(log N, N/((N−1)τ))
  /// ```
  /// The regular simplex, the best that samples can do which are each other's negatives: attained
  /// from N − 1 dimensions.
  ///
  /// - Parameters:
  ///   - candidates: N, at least 1.
  ///   - temperature: τ.
  /// - Throws: `ContrastiveError` if N is out of range, or for temperatures of rows.
  public static func simplexCap(
    candidates: Int, temperature: Temperature
  ) throws(ContrastiveError) -> Double {
    let count = DoubleDouble(Double(candidates))
    return try cap(
      candidates: candidates,
      distance: candidates > 1 ? count / (count - DoubleDouble(1)) : DoubleDouble(0),
      temperature: temperature)
  }

  /// log N − log(1 + (N−1) e^(−x)), x = distance/τ.
  ///
  /// At large τ both logarithms are near log N and their difference small. It is then taken inside
  /// one logarithm: (1 + (N−1) e^(−x))/N = 1 + (N−1)/N · (e^(−x) − 1). That form in turn loses
  /// digits where the sum is near 0, so it serves down to 1/2 only.
  private static func cap(
    candidates: Int, distance: DoubleDouble, temperature: Temperature
  ) throws(ContrastiveError) -> Double {
    try temperature.requireOne()
    let cap = try cap(candidates: candidates)
    let others = Double(candidates - 1)
    let exponent = distance / DoubleDouble(temperature.value)
    let change = others / Double(candidates) * .expMinusOne(-exponent.high)
    guard change < -0.5 else { return -.log(onePlus: change) }
    return cap - .log(onePlus: exponent.negatedExponential(times: others))
  }
}
