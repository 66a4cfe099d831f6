import ContrastiveEmbeddings
import ContrastiveSimilarity

/// Columns of a key array that are not candidates of a row, though they might have been: false
/// negatives.
///
/// They are left out of the sums, not pushed down by a constant, so that a row may lose all its
/// negatives.
struct ExcludedColumns: Sendable {
  /// Lists of columns in order, one after another.
  private var columns: [Int32] = []

  /// Every row's list, which may be another row's too.
  private var ranges: [Range<Int>] = []

  /// What is a row's own column, and stays what it is.
  private let hasOwnColumn: Bool

  /// Excludes nothing, of no rows.
  init() { hasOwnColumn = false }

  /// Excludes the columns whose id is the row's.
  ///
  /// - Parameter hasOwnColumn: Whether column i belongs to row i: its positive, or itself.
  init(rowIDs: [Int], columnIDs: [Int], hasOwnColumn: Bool) {
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
  init<Scalar: EmbeddingScalar>(
    rows: Block<Scalar>, columns candidates: Block<Scalar>, threshold: [Scalar],
    hasOwnColumn: Bool, options: ComputeOptions
  ) {
    self.hasOwnColumn = hasOwnColumn
    let (tileRows, tileColumns) = (options.tileRows ?? 256, options.tileColumns ?? 512)
    let blocks = stride(from: 0, to: rows.rowCount, by: tileRows).map {
      Lists(rows: $0..<min($0 + tileRows, rows.rowCount))
    }
    Workers.withSingleThreadedBLAS {
      Workers.forEach(blocks.count, threads: options.threads) { _, item in
        let block = blocks[item]
        let logits: Block<Scalar> = options.block(
          rowCount: block.rows.count, columnCount: tileColumns, padded: true)
        let found = SparseWeights<Scalar>(
          capacity: (block.rows.count + 1) * tileColumns, from: options.workspace)
        for start in stride(from: 0, to: candidates.rowCount, by: tileColumns) {
          let columns = start..<min(start + tileColumns, candidates.rowCount)
          let tile = logits.columns(0..<columns.count)
          tile.setSimilarities(of: rows.rows(block.rows), and: candidates.rows(columns))
          found.reset()
          found.append(tile, threshold: Array(threshold[block.rows]), on: options.isa)
          for row in 0..<block.rows.count {
            found.forEachColumn(tile: 0, row: row) {
              block.columns[row].append(Int32(start) + $0)
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
  func count(ofRow row: Int) -> Int {
    let own = hasOwnColumn && columns[ranges[row]].contains(sorted: Int32(row)) ? 1 : 0
    return ranges[row].count - own
  }

  /// Calls `body` for a row's excluded columns in a range, in order.
  func forEach(ofRow row: Int, in wanted: Range<Int>, _ body: (_ column: Int) -> Void) {
    var index = columns[ranges[row]].firstIndex(notBelow: Int32(wanted.lowerBound))
    while index < ranges[row].upperBound, columns[index] < wanted.upperBound {
      if !hasOwnColumn || columns[index] != row { body(Int(columns[index])) }
      index += 1
    }
  }
}
