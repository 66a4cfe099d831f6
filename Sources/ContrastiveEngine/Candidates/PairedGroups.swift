/// Rows and columns of two kinds, grouped by id.
package struct PairedGroups: Sendable {
  private let groupOfRow: [Int]
  private let columnsOfGroup: [[Int]]

  package init(rowIDs: [Int], columnIDs: [Int]) {
    var index: [Int: Int] = [:]
    var columns: [[Int]] = []
    func group(_ id: Int) -> Int {
      let group = index[id] ?? columns.count
      if group == columns.count {
        index[id] = group
        columns.append([])
      }
      return group
    }
    for (column, id) in columnIDs.enumerated() { columns[group(id)].append(column) }
    groupOfRow = rowIDs.map { group($0) }
    columnsOfGroup = columns
  }

  /// The columns of a row's id, in order.
  package func columns(ofRow row: Int) -> [Int] { columnsOfGroup[groupOfRow[row]] }

  /// Calls `body` for the columns of a row's id in a range, in order.
  func forEachColumn(ofRow row: Int, in range: Range<Int>, _ body: (Int) -> Void) {
    let columns = columns(ofRow: row)
    for column in columns[columns.firstIndex(notBelow: range.lowerBound)...] {
      guard column < range.upperBound else { break }
      body(column)
    }
  }
}
