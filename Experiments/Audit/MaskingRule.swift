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
    self.init(.ids, removed: removed, of: removed.map { _ in max(0, ids.count - 1) })
  }

  /// - Parameters:
  ///   - removed: How many negatives every query loses.
  ///   - negativeCounts: How many it has.
  init(_ rule: MaskingRule, removed: [Int], of negativeCounts: [Int]) {
    self.rule = rule
    removedCount = removed.reduce(0, +)
    pairCount = negativeCounts.reduce(0, +)
    touchedCount = removed.count { $0 > 0 }
    emptiedCount = zip(removed, negativeCounts).count { $0 == $1 && $0 > 0 }
  }
}
