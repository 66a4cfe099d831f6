package import ContrastiveEmbeddings

/// A list of columns for each row.
package struct ColumnLists: Sendable {
  /// Where each row's list begins, and the last ends.
  let starts: [Int]

  /// The lists, each in order.
  let columns: [Int32]

  /// - Throws: `ContrastiveError` unless every list is one of columns in ascending order.
  package init(
    _ lists: [[Int]], columnCount: Int, named name: ContrastiveError.Argument = .lists
  ) throws(ContrastiveError) {
    var (starts, columns): ([Int], [Int32]) = ([0], [])
    for (row, list) in lists.enumerated() {
      guard zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }),
        list.allSatisfy({ (0..<columnCount).contains($0) })
      else {
        throw .init(name, row: row, .ascending(found: list, expected: .columns(columnCount)))
      }
      columns += list.map { Int32($0) }
      starts.append(columns.count)
    }
    (self.starts, self.columns) = (starts, columns)
  }

  private init(starts: [Int], columns: [Int32]) { (self.starts, self.columns) = (starts, columns) }

  var rowCount: Int { starts.count - 1 }

  /// For each column the rows whose list it is in.
  func transposed(columnCount: Int) -> ColumnLists {
    var rows = Array(repeating: [Int32](), count: columnCount)
    for row in 0..<rowCount {
      for column in columns[range(ofRow: row)] { rows[Int(column)].append(Int32(row)) }
    }
    return ColumnLists(
      starts: rows.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) },
      columns: rows.flatMap { $0 })
  }

  func range(ofRow row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  /// Calls `body` for the columns of a row's list in a range, in order.
  func forEachColumn(ofRow row: Int, in wanted: Range<Int>, _ body: (Int) -> Void) {
    let own = columns[range(ofRow: row)]
    for column in own[own.firstIndex(notBelow: Int32(wanted.lowerBound))...] {
      guard column < wanted.upperBound else { break }
      body(Int(column))
    }
  }
}
