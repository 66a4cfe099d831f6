package import ContrastiveEmbeddings

/// How a loss's terms become its value: Σ wᵢLᵢ.
///
/// Gradients are those of the value. Its terms one by one are what `perTerm` returns.
public enum Reduction: Hashable, Sendable {
  /// wᵢ = 1/n: the mean over all terms.
  case mean
  /// wᵢ = 1/#{j : Lⱼ > 0}: the mean over the terms above 0, or 0 where there are none.
  ///
  /// For losses with a hinge (`CContrastive`, `CTriplet`, `TripletMargin`), whose terms are exactly 0
  /// for rows that are right by the margin: the value and the step do not fade as these become more.
  /// Other losses throw: a softmax's term is 0 by rounding alone, which would decide the value.
  /// pytorch-metric-learning's `AvgNonZeroReducer`.
  case meanOverNonZero
  /// wᵢ = 1.
  case sum
  /// Weights of one's own, one per term.
  case weighted([Double])

  /// - Parameter hasHinge: Whether terms can be exactly 0. Then the weights of `.meanOverNonZero`
  ///   are 1, and value and gradients are divided by `divisor(of:)` once the terms are known.
  package func weights(
    termCount: Int, hasHinge: Bool = false
  ) throws(ContrastiveError) -> TermWeights {
    switch self {
    case .mean: return .equal(1 / Double(max(1, termCount)))
    case .meanOverNonZero where hasHinge: return .equal(1)
    case .meanOverNonZero:
      throw .init(
        .reduction,
        .choice(
          found: "meanOverNonZero",
          expected: "mean, sum or weights, as terms of this loss are 0 by rounding alone"))
    case .sum: return .equal(1)
    case .weighted(let weights):
      guard weights.count == termCount else {
        throw .init(
          .weights, .count(found: weights.count, expected: .exactly(termCount, .onePer(.term))))
      }
      if let row = weights.firstIndex(where: { !$0.isFinite }) {
        throw .init(.weights, row: row, .notFinite)
      }
      return .each(weights)
    }
  }

  /// What is left to divide by when a loss with a hinge has been summed up.
  package func divisor(of terms: [Double]) -> Double {
    self == .meanOverNonZero ? Double(max(1, terms.count { $0 > 0 })) : 1
  }
}
