import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels
import ContrastiveSimilarity

/// Scores of queries and documents of tokens, and which tokens they are of.
///
/// ```
/// Sᵢⱼ = Σ_{t ∈ query i} max_{u ∈ document j} cos(t, u)
/// ```
/// of all documents j, or of query i's own, equally many of each query, those of the first query first. Tiles of some
/// query tokens against some documents' tokens; of each, what is kept is every token's largest cosine of each document
/// and where that is, Σ Tq × M of both.
struct MaxSimEngine<Scalar: EmbeddingScalar>: Sendable {
  private let queries: Block<Scalar>
  private let documents: Block<Scalar>
  private let queryRanges: [Range<Int>]
  private let documentRanges: [Range<Int>]
  private let options: ComputeOptions
  private let work: SharedWork

  /// How many documents a query is scored against.
  private let candidateCount: Int

  /// Query tokens that are not zero, whose cosines are all 0.
  private let hasDirection: [Bool]

  /// - Parameter ownCount: How many documents are each query's own; `nil` where all are every query's.
  init(
    queries: AnyEmbeddings<Scalar>, documents: AnyEmbeddings<Scalar>, queryRanges: [Range<Int>],
    documentRanges: [Range<Int>], ownCount: Int?, options: ComputeOptions
  ) {
    candidateCount = ownCount ?? documentRanges.count
    self.queries = queries.unitBlock(options: options)
    self.documents = documents.unitBlock(options: options)
    self.queryRanges = queryRanges
    self.documentRanges = documentRanges
    self.options = options
    work = SharedWork(options)
    hasDirection = queries.squaredLengths(options: options).map { $0 > 0 }
  }

  /// Which document tokens a query token's largest cosines are of, by document; several where they are equal.
  struct Matches: Sendable {
    /// Candidates' of one query token after another's; −1 where there is none.
    fileprivate var first: [Int32] = []
    fileprivate var ties: [Tie] = []

    fileprivate struct Tie: Sendable {
      let token: Int
      let document: Int
      let others: [Int]
    }
  }

  /// The documents that a query is scored against.
  private func candidates(of query: Int) -> Range<Int> {
    let first = candidateCount == documentRanges.count ? 0 : query * candidateCount
    return first..<first + candidateCount
  }

  /// The queries that a document is scored against.
  private func queriesScoring(_ document: Int) -> Range<Int> {
    guard candidateCount < documentRanges.count else { return queryRanges.indices }
    let query = document / candidateCount
    return query..<query + 1
  }

  /// Query tokens in order, and the documents that they are scored against.
  private var blocks: [(tokens: Range<Int>, documents: Range<Int>)] {
    guard candidateCount < documentRanges.count else {
      return (0..<queries.rowCount).parts(of: options.tileRows ?? 128).map {
        ($0, documentRanges.indices)
      }
    }
    return queryRanges.indices.lazy.filter { !queryRanges[$0].isEmpty }.map {
      (queryRanges[$0], candidates(of: $0))
    }
  }

  /// Neighbouring documents whose tokens make a tile.
  private func groups(of documents: Range<Int>) -> [Range<Int>] {
    let largest = options.tileColumns ?? 512
    var groups: [Range<Int>] = []
    var start = documents.lowerBound
    for document in documents {
      let columns = documentRanges[start].lowerBound..<documentRanges[document].upperBound
      guard columns.count > largest, document > start else { continue }
      groups.append(start..<document)
      start = document
    }
    if start < documents.upperBound { groups.append(start..<documents.upperBound) }
    return groups
  }

  /// A row of scores for each query, of its candidates.
  ///
  /// - Parameter finding: Whether matches are wanted, for a gradient.
  func scores(
    finding: Bool
  ) throws(ContrastiveError) -> (scores: Matrix<Double>, matches: Matches) {
    let blocks = blocks
    let parts = try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try work.map(blocks.count) { _, item throws(ContrastiveError) in
        try scores(of: blocks[item].tokens, in: blocks[item].documents, finding: finding)
      }
    }
    let sums = Block<Double>(rowCount: queryRanges.count, columnCount: candidateCount)
    var matches = Matches()
    for part in parts {
      matches.first += part.matches.first
      matches.ties += part.matches.ties
    }
    // Token after token, whatever the blocks.
    let largest = parts.flatMap(\.largest)
    for (query, tokens) in queryRanges.enumerated() {
      var scores = Array(repeating: 0.0, count: candidateCount)
      for token in tokens {
        for place in scores.indices { scores[place] += largest[token * candidateCount + place] }
      }
      for place in scores.indices { sums[query, place] = scores[place] }
    }
    return (Matrix(sums), matches)
  }

  /// Every token's largest cosine of each document.
  private func scores(
    of tokens: Range<Int>, in documents: Range<Int>, finding: Bool
  ) throws(ContrastiveError) -> (largest: [Double], matches: Matches) {
    let groups = groups(of: documents)
    var largest = Array(repeating: 0.0, count: tokens.count * documents.count)
    var matches = Matches()
    if finding { matches.first = Array(repeating: -1, count: largest.count) }
    let longest = groups.reduce(0) { max($0, columns(of: $1).count) }
    let scratch: Block<Scalar> = options.block(
      rowCount: tokens.count, columnCount: longest, padded: true)
    let own = queries.rows(tokens)
    let margin = 2 * Scalar.dotRounding(dimension: queries.columnCount)
    // Tokens within the margin of the largest cosines.
    let near = SparseWeights<Scalar>(
      capacity: tokens.count * (documentRanges[documents].lazy.map(\.count).max() ?? 0),
      from: options.workspace)
    var found: [Int] = []
    for group in groups {
      try work.checkCancellation()
      let columns = columns(of: group)
      let cosines = scratch.columns(0..<columns.count)
      cosines.setSimilarities(of: own, and: self.documents.rows(columns))
      for document in group {
        let range = documentRanges[document]
        let start = range.lowerBound - columns.lowerBound
        let tile = cosines.columns(start..<start + range.count)
        var maxima = Array(repeating: -Double.infinity, count: tokens.count)
        var noRanks: RankCounts?
        tile.updateMaximum(&maxima, counting: &noRanks, on: options.isa)
        func place(_ row: Int) -> Int { row * documents.count + document - documents.lowerBound }
        for row in maxima.indices { largest[place(row)] = maxima[row] }
        guard finding else { continue }
        near.reset()
        near.append(tile, threshold: maxima.map { $0 - margin }, on: options.isa)
        for row in maxima.indices where hasDirection[tokens.lowerBound + row] {
          found.removeAll(keepingCapacity: true)
          near.forEachColumn(tile: 0, row: row) { found.append(range.lowerBound + Int($0)) }
          let token = tokens.lowerBound + row
          let best = found.count == 1 ? found : ties(token, found)
          matches.first[place(row)] = Int32(best[0])
          if best.count > 1 {
            matches.ties.append(
              Matches.Tie(token: token, document: document, others: Array(best.dropFirst())))
          }
        }
      }
    }
    return (largest, matches)
  }

  private func columns(of group: Range<Int>) -> Range<Int> {
    documentRanges[group.lowerBound].lowerBound..<documentRanges[group.upperBound - 1].upperBound
  }

  /// Of tokens within rounding of the largest cosine those that have it, by inner products in one order of summation.
  private func ties(_ token: Int, _ candidates: [Int]) -> [Int] {
    let query = queries.rows(token..<token + 1)
    let cosines = candidates.map {
      query.dots(with: documents.rows($0..<$0 + 1), on: options.isa)[0]
    }
    let largest = cosines.max() ?? 0
    return zip(candidates, cosines).filter { $0.1 == largest }.map(\.0)
  }

  /// The gradients by the unit tokens, from that by the scores.
  func gradients(
    _ slopes: Matrix<Double>, _ matches: Matches, ofQueries: Bool, ofDocuments: Bool
  ) throws(ContrastiveError) -> (queries: Block<Scalar>?, documents: Block<Scalar>?) {
    func block(_ rows: Block<Scalar>, _ isWanted: Bool) -> Block<Scalar>? {
      isWanted
        ? options.block(
          rowCount: rows.rowCount, columnCount: rows.columnCount, zeroed: true) : nil
    }
    let (byQueries, byDocuments) = (block(queries, ofQueries), block(documents, ofDocuments))
    var shared: [[Int: [Int]]] = documentRanges.map { _ in [:] }
    for tie in matches.ties { shared[tie.document][tie.token] = tie.others }
    let ties = shared
    @Sendable func forEachMatch(
      _ query: Int, _ document: Int, _ body: (_ token: Int, _ match: Int, _ slope: Double) -> Void
    ) {
      let place = document - candidates(of: query).lowerBound
      let slope = slopes[query, place]
      for token in queryRanges[query] {
        let first = Int(matches.first[token * candidateCount + place])
        guard first >= 0 else { continue }
        let others = ties[document][token] ?? []
        let share = slope / Double(1 + others.count)
        body(token, first, share)
        for other in others { body(token, other, share) }
      }
    }
    if let byQueries {
      try work.forEach(queryRanges.count) { _, query in
        for document in candidates(of: query) {
          forEachMatch(query, document) { token, match, slope in
            byQueries.rows(token..<token + 1).add(
              documents.rows(match..<match + 1), times: [slope], on: options.isa)
          }
        }
      }
    }
    if let byDocuments {
      try work.forEach(documentRanges.count) { _, document in
        for query in queriesScoring(document) {
          forEachMatch(query, document) { token, match, slope in
            byDocuments.rows(match..<match + 1).add(
              queries.rows(token..<token + 1), times: [slope], on: options.isa)
          }
        }
      }
    }
    return (byQueries, byDocuments)
  }
}
