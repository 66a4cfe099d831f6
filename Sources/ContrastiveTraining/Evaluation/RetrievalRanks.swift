public import ContrastiveEmbeddings
import ContrastiveKernels
public import ContrastiveLosses

/// At which rank each query finds its key among all keys, by cosine.
///
/// ```
/// rankᵢ = 1 + #{j : cᵢⱼ > cᵢₚ} + ½·#{j ≠ p : cᵢⱼ = cᵢₚ}
/// recall@k = share of queries with rankᵢ ≤ k,
/// MRR = mean of 1/rankᵢ
/// ```
/// Ties count half, so that a collapsed model, all of whose cosines are equal, scores like chance:
/// sorting by descending cosine would give it the first rank. Cosines that differ by less than their
/// rounding are equal.
public struct RetrievalRanks: Hashable, Sendable {
  /// Every query's rank, from 1 to the number of keys; halves where ties are odd.
  public let ranks: [Double]

  /// Ranks every query's own key.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - keys: `M × d`.
  ///   - positives: The row of each query's key; `nil` where row i of the keys belongs to query i.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` if shapes do not fit, a positive is no row of the keys, or a raw row
  ///   holds a NaN or an infinity.
  /// - Complexity: 2NMd flops by GEMM; memory for a tile per thread, and the keys' unit rows.
  public init<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, positives: [Int]? = nil, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) where K.Scalar == Q.Scalar {
    let rows = try SimilarityRows(
      queries, keys, areAligned: positives == nil, options: options)
    let positives = positives ?? Array(0..<rows.queries.rowCount)
    try rows.requireCount(positives.count, .positives)
    let keyCount = rows.keys.rowCount
    if let row = positives.firstIndex(where: { !(0..<keyCount).contains($0) }) {
      throw .init(
        .positives, row: row,
        .integer(found: positives[row], expected: .rows(of: .keys, count: keyCount)))
    }
    try self.init(rows, right: positives.map { [$0] })
  }

  /// Ranks the nearest of the keys that are right for a query: of row i all those with the id of row i.
  ///
  /// ```
  /// rankᵢ = 1 + #{j wrong : cᵢⱼ > c} + ½·#{j wrong : cᵢⱼ = c},
  /// c = max of cᵢⱼ over the right j
  /// ```
  /// An image of several captions, or a text that stands twice, has more than one right answer. Other
  /// right keys take no rank: where all are right, the rank is 1.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - keys: `N × d`; row i belongs to query i.
  ///   - ids: N numbers; queries and keys of one id belong together.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  /// - Complexity: 2N²d flops by GEMM and 2d more for every right key; memory for a tile per thread, and the
  ///   keys' unit rows.
  public init<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, ids: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) where K.Scalar == Q.Scalar {
    let rows = try SimilarityRows(queries, keys, areAligned: true, options: options)
    try rows.requireCount(ids.count, .ids)
    let groups = Dictionary(grouping: ids.indices) { ids[$0] }
    try self.init(rows, right: ids.map { groups[$0] ?? [] })
  }

  /// Ranks the nearest of the keys of a query's id, of which there may be more or fewer than queries: images and all
  /// their captions.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row.
  ///   - keys: `M × d`.
  ///   - queryIDs: N numbers.
  ///   - keyIDs: M numbers; keys of a query's id are right, and
  ///     there is one at least.
  ///   - options: Threads.
  /// - Throws: As above, and `ContrastiveError` for a query whose
  ///   id no key has.
  /// - Complexity: 2NMd flops by GEMM and 2d more for every right
  ///   key; memory for a tile per thread, and the keys' unit rows.
  public init<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, queryIDs: [Int], keyIDs: [Int],
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) where K.Scalar == Q.Scalar {
    try options.requireValid()
    let queries = try AnyEmbeddings(queries, named: .queries)
    let keys = try AnyEmbeddings(keys, named: .keys)
    try queries.requireRows()
    try keys.requireColumnCount(as: queries)
    for (ids, rows, name) in [
      (queryIDs, queries, ContrastiveError.Argument.queryIDs), (keyIDs, keys, .keyIDs),
    ] where ids.count != rows.rowCount {
      throw .init(
        name, .count(found: ids.count, expected: .exactly(rows.rowCount, .onePerRow(of: rows.name)))
      )
    }
    let groups = Dictionary(grouping: keyIDs.indices) { keyIDs[$0] }
    if let row = queryIDs.firstIndex(where: { groups[$0] == nil }) {
      throw .init(
        .queryIDs, row: row,
        .choice(found: "\(queryIDs[row]), which no key has", expected: "an id of a key"))
    }
    try self.init(
      SimilarityRows(queries: queries, keys: keys, options: options),
      right: queryIDs.map { groups[$0] ?? [] })
  }

  /// - Parameter right: The rows of the keys that are right for each query, at least one, in order.
  private init<Scalar: EmbeddingScalar>(
    _ similarities: SimilarityRows<Scalar>, right: [[Int]]
  ) throws(ContrastiveError) {
    let ranks = Block<Double>(rowCount: right.count, columnCount: 1)
    try similarities.forEachBlock { rows, tiles throws(ContrastiveError) in
      var counts: RankCounts? = RankCounts(
        around: tiles.greatestSimilarities(to: right[rows]), scales: .one(1),
        dimension: similarities.queries.columnCount, as: Scalar.self)
      var maximum = Array(repeating: -Double.infinity, count: rows.count)
      try tiles.forEach { columns, tile in
        // What is right is no rival of itself.
        for (r, row) in rows.enumerated() {
          let keys = right[row]
          for key in keys[keys.firstIndex(notBelow: columns.lowerBound)...] {
            guard key < columns.upperBound else { break }
            tile[r, key - columns.lowerBound] = -.infinity
          }
        }
        tile.updateMaximum(&maximum, counting: &counts, on: tiles.isa)
      }
      for (r, row) in rows.enumerated() {
        let (above, notBelow) = (counts?.above[r] ?? 0, counts?.notBelow[r] ?? 0)
        ranks[row, 0] = 1 + Double(above) + Double(notBelow - above) / 2
      }
    }
    self.ranks = right.indices.map { ranks[$0, 0] }
  }

  /// The share of queries whose key is among the k best.
  public func recall(at k: Int) -> Double {
    Double(ranks.count { $0 <= Double(k) }) / Double(ranks.count)
  }

  /// The mean of 1/rank, from 1/M to 1.
  public var meanReciprocalRank: Double {
    ranks.reduce(0) { $0 + 1 / $1 } / Double(ranks.count)
  }
}
