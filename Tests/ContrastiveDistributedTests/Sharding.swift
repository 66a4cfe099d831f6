import Contrastive
import TestSupport

/// How a batch is dealt to ranks.
enum Sharding: String, CaseIterable, Sendable {
  /// As equal as it can be.
  case even
  /// Ever more rows.
  case uneven
  /// Nothing on every second rank, the first among them, unless it is the only one.
  case empty
  /// One row on all ranks but the last.
  case oneRow

  func counts(of total: Int, ranks: Int) -> [Int] {
    guard ranks > 1 else { return [total] }
    var counts: [Int]
    switch self {
    case .even: return (0..<ranks).map { total * ($0 + 1) / ranks - total * $0 / ranks }
    case .uneven: counts = (0..<ranks).map { total * 2 * ($0 + 1) / (ranks * (ranks + 1)) }
    case .empty: counts = (0..<ranks).map { $0.isMultiple(of: 2) ? 0 : total / ranks }
    case .oneRow: counts = Array(repeating: 1, count: ranks)
    }
    counts[ranks - 1] = 0
    counts[ranks - 1] = total - counts.reduce(0, +)
    return counts
  }

  /// The rows of every rank.
  func ranges(of total: Int, ranks: Int) -> [Range<Int>] {
    var start = 0
    return counts(of: total, ranks: ranks).map { count in
      defer { start += count }
      return start..<start + count
    }
  }
}

/// A way to hand a loss its rows.
enum RowKind: CaseIterable, Sendable {
  case raw, unit
  /// In 16 bits, read when they are needed.
  case narrow
}
