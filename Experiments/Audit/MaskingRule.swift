import Contrastive
import ContrastiveKernels
import Synchronization

/// A rule by which candidates are left out of a query's negatives.
enum MaskingRule: Hashable, Sendable {
  /// Those of the query's id.
  case ids

  /// Those whose cosine is above the positive's, less a margin.
  case absolute(Double)

  /// The same, less a share of the positive's cosine.
  case relative(Double)

  var name: String {
    switch self {
    case .ids: "--ids: keys of the query's id"
    case .absolute(0), .relative(0): "above the positive"
    case .absolute(let margin): "above the positive less \(margin.text(digits: 3))"
    case .relative(let margin): "above the positive less \((100 * margin).text(digits: 3)) % of it"
    }
  }

  /// What a cosine has to exceed to be left out, by a positive's; nil of ids.
  func limit(ofPositive cosine: Double) -> Double? {
    switch self {
    case .ids: nil
    case .absolute(let margin): cosine - margin
    case .relative(let margin): cosine - margin * abs(cosine)
    }
  }
}

/// How much a rule leaves out.
struct MaskingEffect: Hashable, Sendable {
  let rule: MaskingRule

  /// Pairs of a query and a key, of all queries.
  let removedCount: Int
  let pairCount: Int

  /// How many queries lose a negative, and how many all of them.
  let touchedCount: Int
  let emptiedCount: Int
}

extension MaskingEffect {
  /// What ids leave out.
  init(ids: [Int], rowCount: Int) {
    var sizes: [Int: Int] = [:]
    for id in ids { sizes[id, default: 0] += 1 }
    let removed = ids.prefix(rowCount).map { (sizes[$0] ?? 1) - 1 }
    self.init(.ids, removed: removed, keyCount: ids.count)
  }

  /// - Parameter removed: How many negatives every query loses.
  init(_ rule: MaskingRule, removed: [Int], keyCount: Int) {
    self.rule = rule
    removedCount = removed.reduce(0, +)
    pairCount = removed.count * max(0, keyCount - 1)
    touchedCount = removed.count { $0 > 0 }
    emptiedCount = removed.count { $0 == keyCount - 1 && $0 > 0 }
  }

  /// What rules by margins leave out of all negatives, all of them in one product.
  ///
  /// - Parameter positives: The cosines of queries with their keys, of the first queries or of all.
  /// - Complexity: 2NMd flops; a copy of the unit keys, and a number a query and rule.
  static func effects(
    of rules: [MaskingRule], queries: RowSource<Float>, keys: RowSource<Float>,
    positives: [Double], progress: ProgressLine
  ) throws(ContrastiveError) -> [MaskingEffect] {
    guard !rules.isEmpty else { return [] }
    let rounding = Float.dotRounding(dimension: queries.columnCount)
    // What is equal to the limit stays, as in the losses.
    let limits = rules.map { rule in
      positives.map { (rule.limit(ofPositive: $0) ?? 2) + rounding }
    }
    let removed = Mutex(rules.map { _ in [Int](repeating: 0, count: positives.count) })
    progress.update("rules", 0, of: positives.count, "queries")
    try CosineTiles(rows: queries.prefix(positives.count), columns: keys).forEachBlock {
      rows, forEachTile in
      var counts: [RankCounts?] = limits.map {
        RankCounts(low: Array($0[rows]), high: Array($0[rows]))
      }
      var maxima = [Double](repeating: -.infinity, count: rows.count)
      forEachTile { columns, tile in
        for (r, row) in rows.enumerated() where columns.contains(row) {
          tile[r, row - columns.lowerBound] = -.infinity
        }
        for index in counts.indices { tile.updateMaximum(&maxima, counting: &counts[index]) }
      }
      removed.withLock { removed in
        for index in counts.indices {
          for (r, row) in rows.enumerated() {
            removed[index][row] = Int(counts[index]?.above[r] ?? 0)
          }
        }
      }
    }
    return zip(rules, removed.withLock { $0 }).map {
      MaskingEffect($0, removed: $1, keyCount: keys.rowCount)
    }
  }
}
