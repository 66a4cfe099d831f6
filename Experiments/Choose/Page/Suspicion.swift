import Contrastive
import ContrastiveKernels

/// Why a negative may be none: what the embeddings and texts say, which nobody has judged.
enum Suspicion: UInt8, Sendable {
  case none
  /// Each of the two queries is nearer to the other's key than to its own, by the rule of `audit`.
  case twin
  /// Its key is the query's own: the same text, or a cosine between the keys of at least ``sameKey``.
  case duplicate

  /// From which cosine on two keys are taken for one.
  static let sameKey: Float = 0.999

  /// Judges the hardest negatives of some queries.
  ///
  /// - Parameters:
  ///   - top: Of each query its hardest negatives.
  ///   - rows: The queries' rows.
  ///   - texts: Of all keys.
  ///   - twins: Pairs of rows that may belong together.
  /// - Complexity: A product of each query's own key with those of its hardest: none of queries and keys.
  static func of(
    _ top: [[TopCandidates.Candidate]], rows: [Int], keys: RowSource<Float>, texts: [String]?,
    twins: [Neighbors.Twins]
  ) throws(ContrastiveError) -> [[Suspicion]] {
    var others: [Int: Set<Int>] = [:]
    for twin in twins {
      others[twin.first, default: []].insert(twin.second)
      others[twin.second, default: []].insert(twin.first)
    }
    var result: [[Suspicion]] = []
    for (place, row) in rows.enumerated() {
      let columns = top[place].map(\.column)
      guard !columns.isEmpty else {
        result.append([])
        continue
      }
      let cosines = try Similarity.cosine.matrix(keys.rows(at: columns), keys.rows(at: [row]))
      result.append(
        columns.indices.map { index in
          if cosines[index, 0] >= sameKey || texts.map({ $0[columns[index]] == $0[row] }) == true {
            return .duplicate
          }
          return others[row]?.contains(columns[index]) == true ? .twin : .none
        })
    }
    return result
  }
}
