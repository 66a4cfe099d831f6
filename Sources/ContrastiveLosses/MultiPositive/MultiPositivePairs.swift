import ContrastiveEmbeddings
import ContrastiveEngine

/// Rows and columns of which a row may have several positives, checked.
struct MultiPositivePairs<Scalar: EmbeddingScalar> {
  let rows: AnyEmbeddings<Scalar>
  let columns: AnyEmbeddings<Scalar>

  /// What a column is to a row.
  let roles: ColumnRoles

  /// Columns that are nothing to a row.
  let excluded: ExcludedColumns?

  /// What part of its anchor's term a positive is, from both sides; `nil` for equal parts.
  let shares: (rows: PositiveShares, columns: PositiveShares)?

  init(
    _ rows: AnyEmbeddings<Scalar>, _ columns: AnyEmbeddings<Scalar>, positives: PairPositives,
    excluding exclusion: Exclusion
  ) throws(ContrastiveError) {
    try rows.requireRows()
    try columns.requireRows()
    try columns.requireColumnCount(as: rows)
    self.rows = rows
    self.columns = columns
    roles = try positives.roles(rows, columns)
    excluded = try exclusion.columns(
      rowCount: rows.rowCount, columnCount: columns.rowCount, besides: roles)
    shares = try positives.shares(columnCount: columns.rowCount)
  }

  var rowCounts: AnchorCounts {
    AnchorCounts(
      roles, rowCount: rows.rowCount, columnCount: columns.rowCount, excluded: excluded)
  }

  /// The same with columns as anchors.
  var columnCounts: AnchorCounts {
    AnchorCounts(
      roles.transposed(columnCount: columns.rowCount), rowCount: columns.rowCount,
      columnCount: rows.rowCount, excluded: excludedRows)
  }

  /// Rows that are nothing to a column.
  var excludedRows: ExcludedColumns? { excluded?.transposed(columnCount: columns.rowCount) }
}
