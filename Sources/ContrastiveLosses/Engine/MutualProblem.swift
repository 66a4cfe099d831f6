import ContrastiveKernels

/// Rows against columns, every one of which is an anchor: each row's candidates are the columns,
/// and each column's candidates are the rows.
///
/// Anchors are numbered: the rows, then the columns; or, where the columns are the rows themselves,
/// the rows.
struct MutualProblem<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  /// Unit rows.
  var rows: Block<Scalar>

  /// Unit rows, or `nil`: the rows themselves are each other's candidates.
  var columns: Block<Scalar>?

  /// What a column is to a row, and a row to a column.
  var roles: ColumnRoles

  var rowsNeedGradient: Bool
  var columnsNeedGradient: Bool

  var function: Function
  var scale: Double

  /// Of the anchors' terms, in the order of the anchors.
  var weights: TermWeights

  /// Whether an anchor has one term whatever its positives, or one per positive.
  var hasOneTermPerAnchor = true

  /// Whether ranks of the positive, and similarities, are to be observed.
  var observes = true

  var isTriangle: Bool { columns == nil }
  var candidates: Block<Scalar> { columns ?? rows }
  var anchorCount: Int { rows.rowCount + (columns?.rowCount ?? 0) }
  var needsGradient: Bool { rowsNeedGradient || columnsNeedGradient }

  /// Whether every anchor has one positive, so that it has a rank.
  var hasSinglePositive: Bool {
    switch roles {
    case .diagonal, .views: true
    case .negatives, .targets, .selfExcluded, .labels, .lists, .memory: false
    }
  }

  /// How many negatives an anchor has. Roles are the same from both sides.
  func negativeCount(ofAnchor anchor: Int) -> Int {
    anchor < rows.rowCount
      ? roles.negativeCount(ofRow: anchor, among: candidates.rowCount)
      : roles.negativeCount(ofRow: anchor - rows.rowCount, among: rows.rowCount)
  }

  /// Which of an anchor's elements in the table of positives are its positives; `nil` if all are.
  func positives(ofAnchor anchor: Int) -> [Bool]? {
    if case .lists(let lists) = roles { lists.positives(ofRow: anchor) } else { nil }
  }

  /// The logits of single positives, by their own inner products; or room for those of several.
  func positives(options: ComputeOptions) -> PositiveTable<Scalar> {
    let (threads, isa) = (options.threads, options.isa)
    switch roles {
    case .labels(let groups): return PositiveTable(groups, anchorCount: anchorCount)
    case .lists(let lists): return PositiveTable(lists)
    case .diagonal:
      let logits = rows.dots(with: candidates, threads: threads, on: isa).map { scale * $0 }
      return PositiveTable(isTriangle ? logits : logits + logits)
    case .views(let count):
      let logits = rows.rows(0..<count)
        .dots(with: rows.rows(count..<2 * count), threads: threads, on: isa)
        .map { scale * $0 }
      return PositiveTable(logits + logits)
    case .negatives, .targets, .selfExcluded, .memory: return PositiveTable([])
    }
  }
}
