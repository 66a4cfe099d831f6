/// An arrangement of points on the unit sphere whose loss has a closed form.
///
/// A query and its positive coincide in one of the n points; the other points are the negatives
/// (each twice in NT-Xent). `CandidateSet.value(of:temperature:dimension:)` gives the loss.
///
/// The dimension an arrangement needs is that of all its points. One query against free keys could
/// have the same cosines in fewer dimensions by letting keys coincide.
public enum PointConfiguration: Hashable, Sendable {
  /// All negatives at −query, cosine −1.
  ///
  /// Exists in every dimension for queries against free keys (all queries at q, all keys at −q);
  /// where negatives are queries too, for two points only.
  case antipodal

  /// The regular simplex: all cosines −1/(n−1).
  ///
  /// Needs n − 1 dimensions: its Gram matrix has rank n − 1.
  case simplex

  /// Mutually orthogonal points, cosine 0.
  ///
  /// Needs n dimensions. In high dimension random points come close: their cosines have mean 0 and
  /// variance 1/d.
  case orthogonal

  /// All points equal, cosine 1: the loss of a model that tells nothing apart.
  case collapsed

  /// Both ends of n/2 orthogonal axes: n − 2 negatives at cosine 0 and one at −1.
  ///
  /// Needs n/2 dimensions and an even n. In exactly n/2 dimensions the smallest loss found by
  /// numerical minimisation, for n = 4, 6, 8 and 16; no proof is claimed.
  case crossPolytope

  /// The regular n-gon on a circle: cosines cos(2πk/n).
  ///
  /// Needs 2 dimensions. In exactly 2 the smallest loss found by numerical minimisation, for n = 4
  /// and 5; no proof is claimed.
  case polygon

  /// Infinitely many points spread evenly over the sphere of the given dimension.
  ///
  /// The limit of many more points than dimensions (n ≫ d). No finite set has it: independent
  /// uniform negatives have a smaller loss in expectation (Jensen), by O(1/K).
  ///
  /// - Source: [Wang & Isola 2020](https://arxiv.org/abs/2005.10242), theorem 1.
  case uniform(dimension: Int)
}

extension PointConfiguration {
  /// Returns the cosine between two different points, or `nil` where several occur.
  ///
  /// - Parameter pointCount: The number n of points, at least 2; for fewer there is no pair, and
  ///   the result is `nil`.
  public func cosine(pointCount: Int) -> Double? {
    guard pointCount > 1 else { return nil }
    return switch self {
    case .antipodal: -1
    case .simplex: -1 / Double(pointCount - 1)
    case .orthogonal: 0
    case .collapsed: 1
    case .crossPolytope: pointCount == 2 ? -1 : nil
    case .polygon: pointCount == 2 ? -1 : pointCount == 3 ? -0.5 : nil
    case .uniform: nil
    }
  }

  /// Returns the smallest dimension that holds the arrangement.
  ///
  /// - Parameter pointCount: The number n of points, at least 1.
  public func smallestDimension(pointCount: Int) -> Int {
    switch self {
    case .antipodal, .collapsed: 1
    case .simplex: max(1, pointCount - 1)
    case .orthogonal: pointCount
    case .crossPolytope: (pointCount + 1) / 2
    case .polygon: pointCount > 2 ? 2 : 1
    case .uniform(let dimension): dimension
    }
  }
}
