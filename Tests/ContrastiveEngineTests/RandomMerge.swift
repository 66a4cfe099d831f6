import Contrastive
import ContrastiveEngine
import ContrastiveKernels

/// Merges statistics pair by pair, whichever come to hand, until one is left: any order, and any
/// association.
func mergedAtRandom(
  _ parts: [RowStatistics], using generator: inout SeededGenerator
) throws -> RowStatistics {
  var parts = parts.shuffled(using: &generator)
  while parts.count > 1 {
    let other = parts.remove(at: Int.random(in: 0..<parts.count, using: &generator))
    try parts[Int.random(in: 0..<parts.count, using: &generator)].merge(other)
  }
  return parts[0]
}

/// Cuts a range into so many parts, some of which may be empty.
func cut(
  _ range: Range<Int>, into count: Int, using generator: inout SeededGenerator
) -> [Range<Int>] {
  let inner = (1..<count).map { _ in
    Int.random(in: range.lowerBound...range.upperBound, using: &generator)
  }
  let bounds = ([range.lowerBound, range.upperBound] + inner).sorted()
  return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
}

extension Block {
  /// Some of some rows' elements.
  init(_ elements: [[Scalar]], rows: Range<Int>, columns: Range<Int>) {
    self.init(rowCount: rows.count, columnCount: columns.count)
    for (r, row) in rows.enumerated() {
      for (c, column) in columns.enumerated() { self[r, c] = elements[row][column] }
    }
  }
}
