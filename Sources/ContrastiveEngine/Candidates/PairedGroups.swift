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

  private init(groupOfRow: [Int], columnsOfGroup: [[Int]]) {
    self.groupOfRow = groupOfRow
    self.columnsOfGroup = columnsOfGroup
  }

  /// The same from the other side: columns of rows.
  var transposed: PairedGroups {
    let columnCount = columnsOfGroup.reduce(0) { $0 + $1.count }
    var groupOfColumn = Array(repeating: 0, count: columnCount)
    for (group, columns) in columnsOfGroup.enumerated() {
      for column in columns { groupOfColumn[column] = group }
    }
    var rowsOfGroup = Array(repeating: [Int](), count: columnsOfGroup.count)
    for (row, group) in groupOfRow.enumerated() { rowsOfGroup[group].append(row) }
    return PairedGroups(groupOfRow: groupOfColumn, columnsOfGroup: rowsOfGroup)
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
