import Contrastive
import ContrastiveKernels

/// Which keys are a query's own once more, and so no negatives of it, whatever loss they are mined for.
struct OwnKeyCopies {
  enum Kind {
    /// Equal in every number.
    case equal

    /// Equal but for rounding, or of one text and as near to the query.
    case near
  }

  /// How many there are of each kind.
  struct Counts: Hashable, Sendable {
    var equal = 0
    var near = 0
  }

  /// By how much a coordinate may differ in copies of one key, of itself.
  ///
  /// Numbers that differ by less than a `Float`'s last place, as after two ways to normalise, may be stored as neighbours in
  /// `Float16`, which are 2⁻¹⁰ apart at most.
  private static let spacing = 0x1p-10

  /// The least cosine of copies a and b: of unit rows it is 1 − ‖a − b‖²/2, and with each |aₖ − bₖ| ≤ ε|aₖ| the distance
  /// is no more than ε.
  private static let leastCosine = 1 - spacing * spacing / 2

  private let neighbors: Neighbors
  private let originals: [Int]
  private let texts: [String]?
  private let keys: RowSource<Float>
  private let pair: Block<Float>

  /// - Parameters:
  ///   - originals: The first key that is equal to each.
  ///   - texts: Of the keys.
  init(_ neighbors: Neighbors, originals: [Int], texts: [String]?, keys: RowSource<Float>) {
    (self.neighbors, self.originals, self.texts, self.keys) = (neighbors, originals, texts, keys)
    pair = Block(rowCount: 2, columnCount: keys.columnCount)
  }

  /// What kind of a copy a candidate is, if it is one.
  func kind(of candidate: TopCandidates.Candidate, for query: Int) -> Kind? {
    let other = candidate.column
    if originals[other] == originals[query] { return .equal }
    // |q·a − q·b| ≤ ‖a − b‖ for every unit q.
    let distance = abs(candidate.logit - neighbors.positives[query])
    guard distance <= Self.spacing + neighbors.rounding else { return nil }
    if let texts, !texts[query].isEmpty, texts[other] == texts[query] { return .near }
    return cosine(query, other) >= Self.leastCosine ? .near : nil
  }

  /// The cosine of two keys, in `Double` from the start: of unit rows of `Float` it is known to 2⁻²² only, half of the bound.
  private func cosine(_ a: Int, _ b: Int) -> Double {
    keys.read(a..<a + 1, into: pair.rows(0..<1))
    keys.read(b..<b + 1, into: pair.rows(1..<2))
    let (a, b) = (pair.row(0), pair.row(1))
    var (dot, first, second) = (0.0, 0.0, 0.0)
    for index in a.indices {
      let (x, y) = (Double(a[index]), Double(b[index]))
      dot += x * y
      first += x * x
      second += y * y
    }
    return dot / (first * second).squareRoot()
  }
}
