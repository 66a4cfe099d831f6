public import ContrastiveEmbeddings
internal import RealModule

/// How InfoNCE's gradient spreads over one query's negatives.
///
/// ```
/// rᵢ = |∂L/∂sᵢ| / |∂L/∂s₊| = exp(sᵢ/τ) / Σₖ exp(sₖ/τ),
///      over the negatives only
/// ```
/// The positive drops out: r is a Boltzmann distribution over the negatives, and its entropy says how
/// far the temperature lets the loss look beyond the hardest one. Entropy strictly falls as τ falls,
/// unless all similarities are equal.
///
/// - Source: [Wang & Liu 2021](https://arxiv.org/abs/2012.09740), eq. 5.
public struct NegativeWeights: Hashable, Sendable {
  /// rᵢ, one per negative in the order given. They sum to 1.
  public let weights: [Double]

  /// H(r) = −Σ rᵢ log rᵢ in nats, from 0 to log K.
  public let entropy: Double

  /// dH/dτ = Var_r(s)/τ³, in nats per unit of τ; 0 in both limits.
  public let entropySlope: Double

  /// exp(H): how many equally weighted negatives would have this entropy, from 1 to K.
  public var effectiveCount: Double { .exp(entropy) }

  /// Weighs negatives at a temperature.
  ///
  /// With δᵢ = s_max − sᵢ and S = Σ exp(−δᵢ/τ), H = log S + Σ rᵢ δᵢ/τ: all terms are positive, so that
  /// small entropies keep their digits.
  ///
  /// - Parameters:
  ///   - similarities: The query's similarities to its K ≥ 1 negatives.
  ///   - temperature: τ.
  /// - Throws: `ContrastiveError` if there is no negative or one is not finite, and for temperatures of rows.
  /// - Complexity: O(*K*)
  public init(
    similarities: [Double], temperature: Temperature
  ) throws(ContrastiveError) {
    let top = try similarities.checkedMaximum(named: .negatives)
    try temperature.requireOne()
    let gaps = similarities.map { top - $0 }
    let masses = gaps.map { Double.exp(-$0 / temperature.value) }
    // S − 1, so that log1p sees the small terms.
    let rest = zip(masses, gaps).reduce(Double(gaps.count { $0 == 0 }) - 1) { sum, pair in
      pair.1 > 0 ? sum + pair.0 : sum
    }
    let weights = masses.map { $0 / (1 + rest) }
    self.weights = weights
    entropy = zip(weights, gaps).reduce(.log(onePlus: rest)) { sum, pair in
      // 0 · ∞ where the gap is many temperatures wide
      pair.0 > 0 ? sum + pair.0 * (pair.1 / temperature.value) : sum
    }
    let counted = zip(weights, gaps).filter { $0.0 > 0 }
    let mean = counted.reduce(0) { $0 + $1.0 * $1.1 }
    let variance = counted.reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    entropySlope = variance / temperature.value / temperature.value / temperature.value
  }

  /// Weighs negatives in a limit of the temperature.
  ///
  /// - Parameters:
  ///   - similarities: The query's similarities to its K ≥ 1 negatives.
  ///   - limit: At `zero` the m negatives that tie for the largest similarity weigh 1/m each, the
  ///     rest nothing; at `infinity` all weigh 1/K.
  /// - Throws: `ContrastiveError` if there is no negative or one is not finite.
  /// - Complexity: O(*K*)
  public init(similarities: [Double], limit: TemperatureLimit) throws(ContrastiveError) {
    let top = try similarities.checkedMaximum(named: .negatives)
    let counted = similarities.map { limit == .infinity || $0 == top }
    let count = Double(counted.count { $0 })
    weights = counted.map { $0 ? 1 / count : 0 }
    entropy = .log(count)
    entropySlope = 0
  }
}

extension [Double] {
  /// Returns the largest element.
  ///
  /// - Throws: `ContrastiveError` if there is none, or one is not finite.
  func checkedMaximum(named name: ContrastiveError.Argument) throws(ContrastiveError) -> Double {
    for (row, value) in enumerated() where !value.isFinite {
      throw .init(name, row: row, .notFinite)
    }
    guard let maximum = self.max() else {
      throw .init(name, .count(.number, found: 0, expected: .atLeast(1)))
    }
    return maximum
  }
}
