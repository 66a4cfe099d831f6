import ContrastiveEmbeddings

/// How a loss's terms become its value: Σ wᵢLᵢ.
///
/// Gradients are those of the value. Its terms one by one are what `perQuery` and its like return.
public enum Reduction: Hashable, Sendable {
  /// wᵢ = 1/n: the mean over all terms.
  case mean
  /// wᵢ = 1.
  case sum
  /// Weights of one's own, one per term.
  case weighted([Double])

  func weights(termCount: Int) throws(ContrastiveError) -> TermWeights {
    switch self {
    case .mean: return .equal(1 / Double(max(1, termCount)))
    case .sum: return .equal(1)
    case .weighted(let weights):
      guard weights.count == termCount else {
        throw .shape(
          array: "weights", expected: "\(termCount), one per term", actual: "\(weights.count)")
      }
      if let row = weights.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(array: "weights", row: row)
      }
      return .each(weights)
    }
  }
}
