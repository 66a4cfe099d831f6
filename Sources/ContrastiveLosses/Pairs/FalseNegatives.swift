public import ContrastiveEmbeddings
import ContrastiveEngine

/// Which candidates are no negatives after all, and are left out.
///
/// Two texts of one batch may be the same, or answer the same question: pushing them apart is an
/// error that grows with the batch. What is left out is out of the sum, takes no gradient, and does
/// not count as a candidate; the mask itself takes no gradient. A query's own positive always stays.
/// A query that loses all its negatives has the term 0.
public struct FalseNegatives<Scalar: EmbeddingScalar>: Sendable {
  /// How much less similar to a query than its positive a negative must be.
  public enum Margin: Hashable, Sendable {
    /// A negative stays if g(i, j) ≤ g(i, i) − margin.
    case absolute(Double)
    /// A negative stays if g(i, j) ≤ g(i, i) − margin · |g(i, i)|: below it, whatever its sign, so
    /// that a larger margin never keeps more. (sentence-transformers before June 2026 had
    /// (1 − margin) · g(i, i), above a g(i, i) that is negative.)
    case relative(Double)

    func limit(ofPositive similarity: Double) -> Double {
      switch self {
      case .absolute(let margin): similarity - margin
      case .relative(let margin): similarity - margin * abs(similarity)
      }
    }

    var value: Double {
      switch self {
      case .absolute(let margin), .relative(let margin): margin
      }
    }
  }

  enum Rule: Sendable {
    case none
    case equalIDs(pairs: [Int], negatives: [Int]?)
    case similarity(Margin, guide: Guide?)
  }

  /// Another model's embeddings of the same rows.
  struct Guide: Sendable {
    let queries: GivenRows<Scalar>
    let positives: GivenRows<Scalar>
    let negatives: GivenRows<Scalar>?
  }

  let rule: Rule

  /// All candidates are negatives.
  public static var none: FalseNegatives { FalseNegatives(rule: .none) }

  /// Candidates with the query's id are left out: duplicates, or rows of one class.
  ///
  /// - Parameters:
  ///   - pairs: N ids: query i's, which are its positive's too.
  ///   - negatives: The ids of shared negatives, where there are any; `nil` leaves none of them out.
  public static func equalIDs(_ pairs: [Int], negatives: [Int]? = nil) -> FalseNegatives {
    FalseNegatives(rule: .equalIDs(pairs: pairs, negatives: negatives))
  }

  /// Candidates more similar to the query than its positive are left out, by the embeddings'
  /// own cosines.
  ///
  /// - Parameter margin: From which difference on; cosines equal to rounding are not larger.
  public static func moreSimilar(margin: Margin = .absolute(0)) -> FalseNegatives {
    FalseNegatives(rule: .similarity(margin, guide: nil))
  }

  /// Candidates more similar to the query than its positive are left out, by the cosines g of a
  /// guide's embeddings: GISTEmbed.
  ///
  /// - Parameters:
  ///   - queries: `N × dg`, of the same N rows; dg need not be the loss's d.
  ///   - positives: `N × dg`.
  ///   - margin: From which difference on; cosines equal to rounding are not larger.
  /// - Source: [Solatorio 2024](https://arxiv.org/abs/2402.16829); sentence-transformers 6.2.0's
  ///   `GISTEmbedLoss`, whose `margin_strategy` are the margins.
  public static func moreSimilar<Q: Embeddings, P: Embeddings>(
    guideQueries queries: Q, positives: P, margin: Margin = .absolute(0)
  ) -> FalseNegatives where Q.Scalar == Scalar, P.Scalar == Scalar {
    FalseNegatives(
      rule: .similarity(
        margin,
        guide: Guide(
          queries: GivenRows(queries), positives: GivenRows(positives), negatives: nil)))
  }

  /// As above, with shared negatives.
  ///
  /// - Parameters:
  ///   - queries: `N × dg`, of the same N rows.
  ///   - positives: `N × dg`.
  ///   - negatives: `M × dg`, the guide's embeddings of the shared negatives.
  ///   - margin: From which difference on.
  public static func moreSimilar<Q: Embeddings, P: Embeddings, E: Embeddings>(
    guideQueries queries: Q, positives: P, negatives: E, margin: Margin = .absolute(0)
  ) -> FalseNegatives where Q.Scalar == Scalar, P.Scalar == Scalar, E.Scalar == Scalar {
    FalseNegatives(
      rule: .similarity(
        margin,
        guide: Guide(
          queries: GivenRows(queries), positives: GivenRows(positives),
          negatives: GivenRows(negatives))))
  }
}
