internal import ContrastiveEmbeddings

/// What a query has to tell its positive from: the candidates of one softmax.
///
/// The case decides which floor holds. Keys that are nobody's query may all flee to the far side of
/// the sphere; samples that are each other's negatives cannot, since the mean cosine of n unit
/// vectors is at least −1/(n−1):
/// ```
/// Σ_{i≠j} xᵢ·xⱼ = ‖Σ xᵢ‖² − n ≥ −n
/// ```
/// Counts that are too small or above 2⁵³ are reported by the members that compute with them.
public enum CandidateSet: Hashable, Sendable {
  /// K negatives that are not queries themselves: InfoNCE with shared, paired or queue negatives,
  /// MoCo. K ≥ 0; the softmax has K + 1 candidates.
  case free(negatives: Int)

  /// N pairs, each the others' negatives: InfoNCE in the batch, CLIP. N ≥ 1, N candidates.
  case inBatch(size: Int)

  /// N samples in two views each, every view against all others: NT-Xent. N ≥ 1, 2N − 1
  /// candidates.
  case twoViews(size: Int)

  /// n classes with equally many samples, softmax over cosines with the class weights: NormFace.
  /// n ≥ 1, n candidates.
  case classes(Int)
}

extension CandidateSet {
  /// The number of negatives per query: one less than the candidates.
  ///
  /// - Throws: `ContrastiveError` if the count is below its least value or above 2⁵³.
  public var negativeCount: Int {
    get throws(ContrastiveError) { try (pointCount - 1) * viewCount }
  }

  /// The number of different directions in an ideal arrangement: the query's own, shared with its
  /// positive, and one per negative (or per pair of views).
  var pointCount: Int {
    get throws(ContrastiveError) {
      switch self {
      case .free(let negatives):
        try ContrastiveError.check(negatives, named: .negatives, atLeast: 0)
        return negatives + 1
      case .inBatch(let size), .twoViews(let size):
        try ContrastiveError.check(size, named: .batch, atLeast: 1)
        return size
      case .classes(let count):
        try ContrastiveError.check(count, named: .classes, atLeast: 1)
        return count
      }
    }
  }

  /// How many negatives share each direction.
  var viewCount: Int {
    if case .twoViews = self { 2 } else { 1 }
  }

  /// Whether negatives are queries too, so that −1 cannot be everybody's cosine.
  var negativesAreQueries: Bool {
    if case .free = self { false } else { true }
  }
}
