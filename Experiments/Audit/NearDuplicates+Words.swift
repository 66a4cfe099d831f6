import Contrastive

extension NearDuplicates {
  /// Of both sides of pairs.
  ///
  /// - Parameter sides: What the same rows are like by themselves.
  static func ofSides(
    queries: RowSource<Float>, keys: RowSource<Float>, ids: [Int]?, sides: PairAudit,
    threshold: Double, progress: ProgressLine
  ) throws(ContrastiveError) -> [(side: String, pairs: NearDuplicates)] {
    let ofQueries = try NearDuplicates(
      queries, threshold: threshold, originals: sides.queries.originals, ids: ids,
      task: "near-duplicates of queries", progress: progress)
    let ofKeys = try NearDuplicates(
      keys, threshold: threshold, originals: sides.keys.originals, ids: ids,
      task: "near-duplicates of keys", progress: progress)
    return [("queries", ofQueries), ("keys", ofKeys)]
  }

  /// Up to this share of the rows they are not worth a sentence.
  private static let fewShare = 0.1

  /// Whether all rows were compared, and many have a near-duplicate.
  private var areMany: Bool { isMany(touchedCount) }

  /// Whether all rows were compared, and many have a near-duplicate that is neither equal nor of their id.
  var areManyDifferent: Bool { isMany(differentRowCount) }

  private func isMany(_ rowCount: Int) -> Bool {
    doneCount == touched.count && Double(rowCount) > Self.fewShare * Double(touched.count)
  }

  /// How many rows they are among, and what that does to recall, in two sentences; nil where they are few, not all
  /// rows were compared, or the rows lie in a narrow cone, in which such cosines tell nothing.
  ///
  /// - Parameters:
  ///   - side: `queries` or `keys`.
  ///   - sides: What the rows are like by themselves.
  ///   - neighbors: Of the same rows.
  ///   - hasIDs: Whether some rows belong together.
  func words(side: String, sides: PairAudit, neighbors: Neighbors, hasIDs: Bool) -> String? {
    let count = touched.count
    let isOfQueries = side == "queries"
    guard areMany, neighbors.rowCount == count,
      !(isOfQueries ? sides.queries : sides.keys).isNarrowCone
    else { return nil }
    func recall(_ isTouched: Bool) -> Double? {
      let ranks = touched.indices.filter { touched[$0] == isTouched }.map { neighbors.ranks[$0] }
      guard !ranks.isEmpty else { return nil }
      return Double(ranks.count { $0 <= 1 }) / Double(ranks.count)
    }
    func text(_ share: Double) -> String { "\((100 * share).text(digits: 3)) %" }
    let share = (100 * Double(touchedCount) / Double(count)).text(digits: 3)
    let own = recall(true)
    // What most of them show to be otherwise is not said.
    let isHarmful = own.map { $0 <= 0.5 } ?? false
    let effect =
      isOfQueries
      ? "such queries rank the keys nearly alike"
        + (isHarmful ? ", and hardly more than one of them can have its own first" : "")
      : "such keys are ranked nearly alike by every query"
        + (isHarmful ? ", and a query's own may well come after its like" : "")
    let recalls = [
      own.map {
        isOfQueries ? "\(text($0)) of them" : "\(text($0)) where the own key is one of them"
      },
      recall(false).map { "\(text($0)) of the others" },
    ].compactMap(\.self)
    return
      "\(touchedCount) of \(count) \(side) (\(share) %) have a near-duplicate, another of a cosine of at least "
      + "\(threshold.text(digits: 3)) (\(pairCount.words("pair"))): \(effect)\(hasIDs ? ", unless by one id" : ""). Untrained, "
      + "recall@1 among all \(count.words("key")) is \(recalls.joined(separator: " and "))."
  }
}

extension Table {
  /// Adds to a table of two sides how many near-duplicates they have, if they were looked for.
  mutating func append(_ near: [(side: String, pairs: NearDuplicates)]) {
    guard near.count == 2 else { return }
    let (queries, keys) = (near[0].pairs, near[1].pairs)
    append(
      "pairs of rows from cosine \(queries.threshold.text(digits: 3)) on", queries.pairCount,
      keys.pairCount)
    append("rows in such a pair", queries.touchedCount, keys.touchedCount)
    append(
      "such pairs that are neither equal nor of one id", queries.differentCount,
      keys.differentCount)
  }
}
