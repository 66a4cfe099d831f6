/// Rows grouped by label.
package struct LabelGroups: Sendable {
  private let groupOfRow: [Int]
  private let placeOfRow: [Int]
  private let groups: [[Int]]

  package init(_ labels: [Int]) {
    var index: [Int: Int] = [:]
    var groups: [[Int]] = []
    var places: [Int] = []
    groupOfRow = labels.indices.map { row in
      let group = index[labels[row]] ?? groups.count
      if group == groups.count {
        index[labels[row]] = group
        groups.append([])
      }
      places.append(groups[group].count)
      groups[group].append(row)
      return group
    }
    self.groups = groups
    placeOfRow = places
  }

  /// The number of ordered pairs of different rows of one label.
  package var pairCount: Int { groups.reduce(0) { $0 + $1.count * ($1.count - 1) } }

  /// The number of rows that share their label with another.
  package var pairedRowCount: Int { groups.reduce(0) { $0 + ($1.count > 1 ? $1.count : 0) } }

  /// The rows of every label.
  package var all: [[Int]] { groups }

  /// The rows of a row's label, itself among them, in order.
  package func members(ofRow row: Int) -> [Int] { groups[groupOfRow[row]] }

  /// A row's index among the rows of its label.
  package func place(ofRow row: Int) -> Int { placeOfRow[row] }

  /// Whether two rows have one label.
  package func areTogether(_ a: Int, _ b: Int) -> Bool { groupOfRow[a] == groupOfRow[b] }

  /// Calls `body` for the rows in a range that have a row's label, itself among them, in order.
  package func forEachMember(ofRow row: Int, in range: Range<Int>, _ body: (Int) -> Void) {
    let members = members(ofRow: row)
    for member in members[members.firstIndex(notBelow: range.lowerBound)...] {
      guard member < range.upperBound else { break }
      body(member)
    }
  }
}
