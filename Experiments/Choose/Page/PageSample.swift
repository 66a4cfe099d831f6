import Contrastive
import ContrastiveKernels

/// What the page holds of the data: statistics of some queries against all keys.
///
/// Of every query its positive's cosine, its 64 hardest negatives one by one, and of the rest, whose number may be any,
/// ℓ = log Σ exp(c/τ) and the softmax's mean of c/τ at 33 temperatures. From these the loss follows at any τ, also
/// without some of the hardest: L = log(1 + exp(ℓ − c₊/τ)).
struct PageSample: Sendable {
  /// How many queries at the most.
  static let largestCount = 400

  /// How many negatives are held one by one.
  static let topCount = 64

  /// N: how many pairs there are.
  let pairCount: Int

  let dimension: Int
  let seed: UInt64

  /// The queries' rows.
  let rows: [Int]

  /// Their positives' cosines.
  let positives: [Float]

  /// How many negatives each has.
  let negativeCounts: [Int]

  /// The hardest negatives of each, in falling order.
  let top: [[TopCandidates.Candidate]]

  /// Which of these are suspected to be no negatives.
  let suspicions: [[Suspicion]]

  /// What is left of the negatives.
  let rest: RestStatistics

  /// Where the cosines of what is left lie.
  let histogram: RestHistogram

  /// Rank of each positive: 1 + #greater + #equal/2.
  let ranks: [Double]

  /// Whether some pairs share an id.
  let hasIDs: Bool

  let texts: PageTexts

  init(
    queries: RowSource<Float>, keys: RowSource<Float>, ids: [Int]?, fileRows: [Int]?,
    texts: (queries: [String]?, keys: [String]?), twins: [Neighbors.Twins], seed: UInt64
  ) throws(ContrastiveError) {
    try Self.requirePairs(queries, keys, ids: ids, fileRows: fileRows, texts: texts)
    pairCount = queries.rowCount
    dimension = queries.columnCount
    hasIDs = ids != nil
    self.seed = seed
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<queries.rowCount).sample(
      min(Self.largestCount, queries.rowCount), using: &generator)
    self.rows = rows
    let own = try queries.rows(at: rows).matrix.normalized()
    let ownKeys = try keys.rows(at: rows).matrix.normalized()
    positives = own.matrix.block.dots(with: ownKeys.matrix.block).map { Float($0) }

    var lists = Self.rowsOfTheSameID(rows, ids)
    // One more than is held: the largest of the rest, relative to which its sums are told.
    let hardest = try Candidates(keys, positives: rows, excluding: .lists(lists))
      .statistics(
        of: own, scales: [1], keeping: StatisticsDetail(topCount: Self.topCount + 1))
    let all = hardest.top?.rows ?? []
    let top = all.map { Array($0.prefix(Self.topCount)) }
    self.top = top
    negativeCounts = hardest.counts
    ranks = hardest.positiveRanks ?? []
    self.suspicions = try Suspicion.of(
      top, rows: rows, keys: keys, texts: texts.keys, twins: twins)

    for (row, candidates) in top.enumerated() {
      lists[row] = Set(lists[row]).union(candidates.map(\.column)).sorted()
    }
    let left = try Candidates(keys, positives: rows, excluding: .lists(lists))
    rest = try RestStatistics(
      left, of: own, largest: all.map { $0.count > Self.topCount ? $0[Self.topCount].logit : nil })
    for (row, index) in rows.enumerated() where !lists[row].contains(index) {
      lists[row] = (lists[row] + [index]).sorted()
    }
    histogram = try RestHistogram(queries: own, keys: keys, without: lists)
    self.texts = PageTexts(
      queries: texts.queries.map { texts in rows.map { texts[$0] } }, keys: texts.keys,
      shown: Set(rows + top.flatMap { $0.map(\.column) }))
  }

  private static func requirePairs(
    _ queries: RowSource<Float>, _ keys: RowSource<Float>, ids: [Int]?, fileRows: [Int]?,
    texts: (queries: [String]?, keys: [String]?)
  ) throws(ContrastiveError) {
    let (count, dimension) = (queries.rowCount, queries.columnCount)
    guard count > 1 else {
      throw ContrastiveError(.queries, .count(.row, found: count, expected: .atLeast(2)))
    }
    guard keys.rowCount == count, keys.columnCount == dimension else {
      throw ContrastiveError(
        .keys,
        .shape(
          found: .init(keys.rowCount, keys.columnCount), expected: .init(count, dimension),
          as: .queries))
    }
    let counts: [(ContrastiveError.Argument, Int?)] = [
      (.ids, ids?.count), (.init("fileRows"), fileRows?.count),
      (.init("queryTexts"), texts.queries?.count),
      (.init("keyTexts"), texts.keys?.count),
    ]
    for (name, found) in counts {
      guard let found, found != count else { continue }
      throw ContrastiveError(
        name, .count(found: found, expected: .exactly(count, .onePerRow(of: .queries))))
    }
  }

  /// For each of some rows those of its id, itself among them.
  private static func rowsOfTheSameID(_ rows: [Int], _ ids: [Int]?) -> [[Int]] {
    guard let ids else { return rows.map { _ in [] } }
    var groups: [Int: [Int]] = [:]
    for row in rows { groups[ids[row]] = [] }
    for (row, id) in ids.enumerated() { groups[id]?.append(row) }
    return rows.map { groups[ids[$0]] ?? [] }
  }
}
