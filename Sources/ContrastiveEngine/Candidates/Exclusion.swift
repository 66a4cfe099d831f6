public import ContrastiveEmbeddings

/// Which columns of an array of keys are no candidates of a row: false negatives.
///
/// They are left out of the sums, not pushed down by a constant, so that a row may lose all its negatives. What is a
/// positive of the row stays one.
public struct Exclusion: Sendable {
  private enum Rule: Sendable {
    case none
    case ids(rows: [Int], keys: [Int])
    case lists([[Int]])
    case columns(ExcludedColumns, columnCount: Int)
  }
  private let rule: Rule

  /// All columns are candidates.
  public static var none: Exclusion { Exclusion(rule: .none) }

  /// Columns of the row's id are left out.
  public static func equalIDs(rows: [Int], keys: [Int]) -> Exclusion {
    Exclusion(rule: .ids(rows: rows, keys: keys))
  }

  /// Columns of a list are left out, for each row in ascending order.
  public static func lists(_ columns: [[Int]]) -> Exclusion { Exclusion(rule: .lists(columns)) }

  /// Columns whose cosine with the row is at least a threshold are left out: by the embeddings of the loss, or by those
  /// of a guide, whose dimension may be another.
  ///
  /// - Parameters:
  ///   - rows: `N × dg`.
  ///   - keys: `M × dg`.
  ///   - thresholds: A cosine for each row.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` for sizes that do not fit, a threshold that is NaN, or a row with a
  ///   NaN or an infinity.
  /// - Complexity: 2NMd flops by GEMM, and 4 bytes per column that is left out.
  public static func similarity<R: Embeddings, K: Embeddings>(
    rows: R, keys: K, atLeast thresholds: [Double], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Exclusion where K.Scalar == R.Scalar {
    try options.requireValid()
    let (r, k) = (try AnyEmbeddings(rows, named: .rows), try AnyEmbeddings(keys, named: .keys))
    try k.requireColumnCount(as: r)
    guard thresholds.count == r.rowCount else {
      throw .init(
        .thresholds, .count(found: thresholds.count, expected: .exactly(r.rowCount, .onePer(.row))))
    }
    if let row = thresholds.firstIndex(where: \.isNaN) {
      throw .init(.thresholds, row: row, .choice(found: "NaN", expected: "a number"))
    }
    return Exclusion(
      rule: .columns(
        try ExcludedColumns(
          rows: r.unitBlock(options: options), columns: k.unitBlock(options: options),
          threshold: thresholds, hasOwnColumn: false, options: options),
        columnCount: k.rowCount))
  }

  /// - Parameter roles: What the columns are to a row besides, and stay.
  package func columns(
    rowCount: Int?, columnCount: Int, besides roles: ColumnRoles
  ) throws(ContrastiveError) -> ExcludedColumns? {
    func requireRows(_ count: Int) throws(ContrastiveError) {
      guard count == rowCount ?? count else {
        throw .init(.excluding, .count(.row, found: count, expected: .exactly(rowCount ?? 0)))
      }
    }
    func requireColumns(_ count: Int) throws(ContrastiveError) {
      guard count == columnCount else {
        throw .init(
          .excluding, .count(found: count, expected: .exactly(columnCount, .onePer(.key))))
      }
    }
    switch rule {
    case .none: return nil
    case .ids(let rows, let keys):
      try requireRows(rows.count)
      try requireColumns(keys.count)
      // Rows of one id share a list, from which their own columns are told as they are read.
      if case .diagonal = roles {
        return ExcludedColumns(rowIDs: rows, columnIDs: keys, hasOwnColumn: true)
      }
      return ExcludedColumns(rowIDs: rows, columnIDs: keys, hasOwnColumn: false)
        .removingExceptions(of: roles, rowCount: rows.count)
    case .lists(let lists):
      try requireRows(lists.count)
      return ExcludedColumns(try ColumnLists(lists, columnCount: columnCount))
        .removingExceptions(of: roles, rowCount: lists.count)
    case .columns(let columns, let count):
      try requireRows(columns.rowCount)
      try requireColumns(count)
      return columns.removingExceptions(of: roles, rowCount: columns.rowCount)
    }
  }
}
