package import ContrastiveEmbeddings
import ContrastiveSimilarity

/// Columns of a key array that are not candidates of a row, though they might have been: false
/// negatives.
///
/// They are left out of the sums, not pushed down by a constant, so that a row may lose all its
/// negatives.
package struct ExcludedColumns: Sendable {
  /// Lists of columns in order, one after another.
  private var columns: [Int32] = []

  /// Every row's list, which may be another row's too.
  private var ranges: [Range<Int>] = []

  /// What is a row's own column, and stays what it is.
  private let hasOwnColumn: Bool

  /// Excludes nothing, of no rows.
  package init() { hasOwnColumn = false }

  /// Excludes the columns of a list.
  package init(_ lists: ColumnLists) {
    hasOwnColumn = false
    columns = lists.columns
    ranges = (0..<lists.rowCount).map { lists.range(ofRow: $0) }
  }

  package var rowCount: Int { ranges.count }

  /// For each column the rows that exclude it.
  package func transposed(columnCount: Int) -> ExcludedColumns {
    var rows = Array(repeating: [Int32](), count: columnCount)
    for row in 0..<rowCount {
      forEach(ofRow: row, in: 0..<columnCount) { rows[$0].append(Int32(row)) }
    }
    var result = ExcludedColumns()
    for list in rows {
      result.ranges.append(result.columns.count..<result.columns.count + list.count)
      result.columns += list
    }
    return result
  }

  /// Without the columns that roles say are no negatives anyway.
  func removingExceptions(of roles: ColumnRoles, rowCount: Int) -> ExcludedColumns {
    if case .negatives = roles { return self }
    var result = ExcludedColumns()
    for row in 0..<rowCount {
      let first = result.columns.count
      var exceptions: Set<Int> = []
      roles.forEachException(ofRow: row, in: 0..<Int(Int32.max)) { column, _ in
        exceptions.insert(column)
      }
      forEach(ofRow: row, in: 0..<Int(Int32.max)) { column in
        if !exceptions.contains(column) { result.columns.append(Int32(column)) }
      }
      result.ranges.append(first..<result.columns.count)
    }
    return result
  }

  /// Excludes the columns whose id is the row's.
  ///
  /// - Parameter hasOwnColumn: Whether column i belongs to row i: its positive, or itself.
  package init(rowIDs: [Int], columnIDs: [Int], hasOwnColumn: Bool) {
    self.hasOwnColumn = hasOwnColumn
    var columnsOfID: [Int: [Int32]] = [:]
    for (column, id) in columnIDs.enumerated() {
      columnsOfID[id, default: []].append(Int32(column))
    }
    var rangeOfID: [Int: Range<Int>] = [:]
    for id in rowIDs {
      let range =
        rangeOfID[id] ?? columns.count..<columns.count + (columnsOfID[id]?.count ?? 0)
      if range.lowerBound == columns.count { columns += columnsOfID[id] ?? [] }
      rangeOfID[id] = range
      ranges.append(range)
    }
  }

  /// Excludes the columns whose similarity is at least the row's threshold.
  package init<Scalar: EmbeddingScalar>(
    rows: Block<Scalar>, columns candidates: Block<Scalar>, threshold: [Double],
    hasOwnColumn: Bool, options: ComputeOptions
  ) throws(ContrastiveError) {
    self.hasOwnColumn = hasOwnColumn
    let (tileRows, tileColumns) = (options.tileRows ?? 256, options.tileColumns ?? 512)
    let grid = TileGrid(
      rowCount: rows.rowCount, columnCount: candidates.rowCount, tileRows: tileRows,
      tileColumns: tileColumns)
    let blocks = grid.rowBlocks.map { Lists(rows: $0) }
    let work = SharedWork(options)
    try Workers.withSingleThreadedBLAS { () throws(ContrastiveError) in
      try work.forEach(blocks.count) { _, item throws(ContrastiveError) in
        let block = blocks[item]
        let logits: Block<Scalar> = options.block(
          rowCount: block.rows.count, columnCount: tileColumns, padded: true)
        let found = SparseWeights<Scalar>(
          capacity: (block.rows.count + 1) * tileColumns, from: options.workspace)
        for columns in grid.columnBlocks {
          try work.checkCancellation()
          let tile = logits.columns(0..<columns.count)
          tile.setSimilarities(of: rows.rows(block.rows), and: candidates.rows(columns))
          found.reset()
          found.append(tile, threshold: Array(threshold[block.rows]), on: options.isa)
          for row in 0..<block.rows.count {
            found.forEachColumn(tile: 0, row: row) {
              block.columns[row].append(Int32(columns.lowerBound) + $0)
            }
          }
        }
      }
    }
    for list in blocks.lazy.flatMap(\.columns) {
      ranges.append(columns.count..<columns.count + list.count)
      columns += list
    }
  }

  private final class Lists: @unchecked Sendable {
    let rows: Range<Int>
    var columns: [[Int32]]

    init(rows: Range<Int>) {
      self.rows = rows
      columns = Array(repeating: [], count: rows.count)
    }
  }

  /// How many columns a row loses.
  package func count(ofRow row: Int) -> Int {
    let own = hasOwnColumn && columns[ranges[row]].contains(sorted: Int32(row)) ? 1 : 0
    return ranges[row].count - own
  }

  /// Calls `body` for a row's excluded columns in a range, in order.
  package func forEach(ofRow row: Int, in wanted: Range<Int>, _ body: (_ column: Int) -> Void) {
    var index = columns[ranges[row]].firstIndex(notBelow: Int32(wanted.lowerBound))
    while index < ranges[row].upperBound, columns[index] < wanted.upperBound {
      if !hasOwnColumn || columns[index] != row { body(Int(columns[index])) }
      index += 1
    }
  }
}
