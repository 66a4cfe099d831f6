public import ContrastiveEmbeddings
internal import RealModule

/// What InfoNCE turns into at the ends of the temperature scale, for one query.
///
/// ```
/// L(τ) = log(1 + Σᵢ exp((sᵢ − s₊)/τ)),
///        s₊ the positive, sᵢ the K negatives
/// ```
/// At small τ it is a hinge on the hardest negative, at large τ linear in all similarities alike. In
/// between lies what is special about it; these two are the ends to compare with.
///
/// - Source: [Wang & Liu 2021](https://arxiv.org/abs/2012.09740), eqs. 6 and 7. The tie, the count m
///   and the second order are not in the paper; they follow by expansion.
public struct InfoNCELimits: Hashable, Sendable {
  /// s_max − s₊: how far the hardest negative is above the positive; negative where it is below.
  public let hardestMargin: Double

  /// m, how many negatives tie for the largest similarity.
  public let hardestCount: Int

  private let candidateCount: Double
  private let meanMargin: Double
  private let variance: Double

  /// Describes one query by its similarities.
  ///
  /// - Parameters:
  ///   - positive: The similarity s₊ to the positive.
  ///   - negatives: The similarities to K ≥ 1 negatives.
  /// - Throws: `ContrastiveError` if there is no negative or a number is not finite.
  /// - Complexity: O(*K*)
  public init(positive: Double, negatives: [Double]) throws(ContrastiveError) {
    guard positive.isFinite else {
      throw .init(.positive, .number(found: positive, expected: .finite))
    }
    let top = try negatives.checkedMaximum(named: .negatives)
    hardestMargin = top - positive
    hardestCount = negatives.count { $0 == top }
    let margins = negatives.map { $0 - positive }
    candidateCount = Double(margins.count + 1)
    // Over all candidates: the positive's own margin is 0.
    let mean = margins.reduce(0, +) / candidateCount
    meanMargin = mean
    variance = margins.reduce(mean * mean) { $0 + ($1 - mean) * ($1 - mean) } / candidateCount
  }

  /// lim τ·L for τ → 0: the triplet loss with margin 0 on the hardest negative.
  ///
  /// ```
  /// max(s_max − s₊, 0)
  /// ```
  public var tripletLoss: Double { max(hardestMargin, 0) }

  /// Returns the loss as it is for τ → 0.
  ///
  /// ```
  /// log(1 + m exp((s_max − s₊)/τ))
  /// ```
  /// The m hardest negatives alone. One form for three cases: (s_max − s₊)/τ + log m where they are
  /// above the positive, log(1 + m) at a tie, m exp(−(s₊ − s_max)/τ) below. L(τ) is never smaller;
  /// what is left out is exponentially small in 1/τ next to what is kept.
  ///
  /// - Parameter temperature: τ.
  public func hardestNegativeLoss(temperature: Temperature) -> Double {
    let exponent = hardestMargin / temperature.checked.value
    let count = Double(hardestCount)
    return exponent > 0
      ? exponent + (.log(count) + .log(onePlus: .exp(-exponent) / count))
      : .log(onePlus: count * .exp(exponent))
  }

  /// Returns the loss as it is for τ → ∞, to second order in 1/τ.
  ///
  /// ```
  /// log N − (N−1)/N · (s₊ − s̄)/τ + Var(s)/(2τ²)
  /// ```
  /// N = K + 1 candidates, s̄ the negatives' mean, Var over all candidates. To first order Wang and
  /// Liu's "simple" loss −s₊ + λ Σ sᵢ with λ = 1/(N−1), which weighs all negatives alike. The error
  /// is O(1/τ³).
  ///
  /// - Parameter temperature: τ.
  public func looseLoss(temperature: Temperature) -> Double {
    let scale = 1 / temperature.checked.value
    return .log(candidateCount) + (meanMargin + variance * scale / 2) * scale
  }
}
