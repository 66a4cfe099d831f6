/// What the columns of a key array are to a row.
///
/// Every column is a negative of every row but for a few, which are its positives, or nothing to
/// it at all.
package enum ColumnRoles: Sendable {
  /// Negatives, all of them.
  case negatives

  /// Column i is the positive of row i.
  case diagonal

  /// Column i is the positive of row i, and the others of its group are nothing to it: false negatives.
  case pairs(LabelGroups)

  /// Column `targets[i]` is the positive of row i.
  case targets([Int])

  /// Column i is row i itself, and nothing to it.
  case selfExcluded

  /// Two views of `count` rows each, one after the other: column i is row i itself, and nothing
  /// to it; the other view of row i is its positive.
  case views(count: Int)

  /// The same, and the other rows of a row's group, of either view, are nothing to it: false negatives.
  case viewPairs(count: Int, LabelGroups)

  /// Columns of the row's own label are its positives, except itself.
  case labels(LabelGroups)

  /// Columns of the row's list are its positives, or held apart with them; itself is nothing to it.
  case lists(PositiveLists)

  /// Columns are the keys of a memory.
  case memory(MemoryRoles)

  /// Columns of the row's list are its positives.
  case columns(ColumnLists)

  /// Rows and columns are of two kinds, and columns of a row's group are its positives.
  case groups(PairedGroups)

  /// Calls `body` for the columns in a range that are not negatives of a row.
  package func forEachException(
    ofRow row: Int, in columns: Range<Int>, _ body: (_ column: Int, _ isPositive: Bool) -> Void
  ) {
    func visit(_ column: Int, isPositive: Bool) {
      if columns.contains(column) { body(column, isPositive) }
    }
    switch self {
    case .negatives: break
    case .diagonal: visit(row, isPositive: true)
    case .pairs(let groups):
      groups.forEachMember(ofRow: row, in: columns) { body($0, $0 == row) }
    case .targets(let targets): visit(targets[row], isPositive: true)
    case .selfExcluded: visit(row, isPositive: false)
    case .views(let count):
      visit(min(row, (row + count) % (2 * count)), isPositive: row >= count)
      visit(max(row, (row + count) % (2 * count)), isPositive: row < count)
    case .viewPairs(let count, let groups):
      groups.forEachMember(ofRow: row, in: columns) { body($0, $0 == (row + count) % (2 * count)) }
    case .labels(let groups):
      groups.forEachMember(ofRow: row, in: columns) { body($0, $0 != row) }
    case .lists(let lists): lists.forEachException(ofRow: row, in: columns, body)
    case .memory(let memory): memory.forEachException(ofRow: row, in: columns, body)
    case .columns(let lists): lists.forEachColumn(ofRow: row, in: columns) { body($0, true) }
    case .groups(let groups):
      groups.forEachColumn(ofRow: row, in: columns) { body($0, true) }
    }
  }

  /// What the rows are to a column, where both are anchors.
  package func transposed(columnCount: Int) -> ColumnRoles {
    switch self {
    case .negatives, .diagonal, .pairs, .selfExcluded, .views, .viewPairs, .labels, .lists: self
    case .columns(let lists): .columns(lists.transposed(columnCount: columnCount))
    case .groups(let groups): .groups(groups.transposed)
    case .targets, .memory: preconditionFailure("these columns are constants, and no anchors")
    }
  }

  /// How many of `columnCount` columns are negatives of a row.
  package func negativeCount(ofRow row: Int, among columnCount: Int) -> Int {
    switch self {
    case .negatives: columnCount
    case .diagonal, .targets, .selfExcluded: columnCount - 1
    case .views: columnCount - 2
    case .labels(let groups), .pairs(let groups), .viewPairs(_, let groups):
      columnCount - groups.members(ofRow: row).count
    case .lists(let lists): columnCount - 1 - lists.range(ofRow: row).count
    case .memory(let memory): memory.counts(ofRow: row, among: columnCount).negatives
    case .columns(let lists): columnCount - lists.range(ofRow: row).count
    case .groups(let groups): columnCount - groups.columns(ofRow: row).count
    }
  }

  /// The column of a row's one positive; `nil` if rows have none, or several.
  func positiveColumn(ofRow row: Int) -> Int? {
    switch self {
    case .diagonal, .pairs: row
    case .targets(let targets): targets[row]
    case .views(let count), .viewPairs(let count, _): (row + count) % (2 * count)
    case .negatives, .selfExcluded, .labels, .lists, .memory, .columns, .groups: nil
    }
  }
}
