/// For every row, the other rows that are held apart from its negatives: its positives, and where
/// being a positive is not mutual, those that have it for one.
///
/// A logit of a batch against itself serves two anchors; what is taken out of one's sum is taken out
/// of the other's too.
package struct PositiveLists: Sendable {
  /// Where each row's list begins, and the last ends.
  package let starts: [Int]

  /// The lists, each in order.
  private let columns: [Int32]

  /// Whether they are positives of the row.
  private let arePositive: [Bool]

  /// The number of rows that have a positive.
  package let rowCountWithPositives: Int

  /// - Parameter positives: Of every row, other rows in order.
  package init(_ positives: [[Int]]) {
    var entries = positives.map { $0.map { (column: Int32($0), isPositive: true) } }
    for (row, list) in positives.enumerated() {
      for other in list where !positives[other].contains(sorted: row) {
        entries[other].append((Int32(row), false))
      }
    }
    var (starts, columns, flags): ([Int], [Int32], [Bool]) = ([0], [], [])
    for var list in entries {
      list.sort { $0.column < $1.column }
      columns += list.lazy.map(\.column)
      flags += list.lazy.map(\.isPositive)
      starts.append(columns.count)
    }
    (self.starts, self.columns, arePositive) = (starts, columns, flags)
    rowCountWithPositives = positives.count { !$0.isEmpty }
  }

  package func range(ofRow row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  /// The place of a pair among all.
  package func index(row: Int, column: Int) -> Int {
    columns[range(ofRow: row)].firstIndex(notBelow: Int32(column))
  }

  /// Which of some rows' lists are their positives; `nil` if all are.
  package func positives(ofRows rows: Range<Int>) -> [Bool]? {
    let flags = arePositive[starts[rows.lowerBound]..<starts[rows.upperBound]]
    return flags.allSatisfy { $0 } ? nil : Array(flags)
  }

  /// Calls `body` for the row itself, which is not in its list, and for its list, in a range.
  package func forEachException(
    ofRow row: Int, in wanted: Range<Int>, _ body: (_ column: Int, _ isHeld: Bool) -> Void
  ) {
    if wanted.contains(row) { body(row, false) }
    let range = range(ofRow: row)
    for column in columns[
      columns[range].firstIndex(notBelow: Int32(wanted.lowerBound))..<range.upperBound]
    {
      guard column < wanted.upperBound else { break }
      body(Int(column), true)
    }
  }
}
