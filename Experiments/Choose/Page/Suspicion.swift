import Contrastive
import ContrastiveKernels

/// Why a negative may be none: what the embeddings and texts say, which nobody has judged.
enum Suspicion: UInt8, Sendable {
  case none
  /// Each of the two queries is nearer to the other's key than to its own: the pairs cannot be told apart.
  case twin
  /// Its key is the query's own: the same text, or a cosine between the keys of at least ``sameKey``.
  case duplicate

  /// From which cosine on two keys are taken for one.
  static let sameKey: Float = 0.999

  /// What ``twin`` means, of two queries' cosines with their own keys and with each other's.
  static func areTwins(
    _ first: (own: Double, other: Double), _ second: (own: Double, other: Double)
  ) -> Bool { first.other > first.own && second.other > second.own }

  /// Judges the hardest negatives of some queries.
  ///
  /// - Parameters:
  ///   - top: Of each query its hardest negatives.
  ///   - rows: The queries' rows.
  ///   - positives: Their positives' cosines.
  ///   - texts: Of all keys.
  /// - Complexity: Three products of a row with the hardest of each query: none of queries and keys.
  static func of(
    _ top: [[TopCandidates.Candidate]], rows: [Int], positives: [Float],
    queries: RowSource<Float>, keys: RowSource<Float>, texts: [String]?
  ) throws(ContrastiveError) -> [[Suspicion]] {
    var result: [[Suspicion]] = []
    for (place, row) in rows.enumerated() {
      let columns = top[place].map(\.column)
      guard !columns.isEmpty else {
        result.append([])
        continue
      }
      let others = try keys.rows(at: columns).matrix.normalized()
      let otherQueries = try queries.rows(at: columns).matrix.normalized()
      let key = keys.rows(at: [row])
      let (keyCosines, returned) = (
        try Similarity.cosine.matrix(others, key), try Similarity.cosine.matrix(otherQueries, key)
      )
      let own = otherQueries.matrix.block.dots(with: others.matrix.block)
      result.append(
        columns.indices.map { index in
          if keyCosines[index, 0] >= sameKey || texts.map({ $0[columns[index]] == $0[row] }) == true
          {
            return .duplicate
          }
          let areTwins = Self.areTwins(
            (own: Double(positives[place]), other: top[place][index].logit),
            (own: own[index], other: Double(returned[index, 0])))
          return areTwins ? .twin : .none
        })
    }
    return result
  }
}
