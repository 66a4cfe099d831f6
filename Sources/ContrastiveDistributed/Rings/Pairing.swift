import ContrastiveEngine

/// Which rows of a ring belong together.
enum Pairing {
  /// None: all columns are negatives.
  case none

  /// Row i at home and row i of this rank's own block.
  case ownRows

  /// Two views of a sample, in the first and the second half of this rank's own block: of a batch against itself.
  case views

  /// Rows and columns of one label, wherever they are.
  case labels(home: [Int], blocks: [[Int]])

  /// Rows and columns of one id are nothing to each other, wherever they are, but for a row's own positive.
  case ids(home: [Int], blocks: [[Int]], positive: OwnPositive)

  /// Which of this rank's own columns is a row's positive.
  enum OwnPositive {
    case none
    case sameRow
    case otherView
  }

  /// Whether positives turn up anywhere, with logits that are known only then.
  var isSpread: Bool { if case .labels = self { true } else { false } }

  /// Whether pairs that are no negatives turn up anywhere, and not in this rank's own block alone.
  var hasExceptionsAnywhere: Bool {
    switch self {
    case .labels, .ids: true
    case .none, .ownRows, .views: false
    }
  }

  /// Whether a pair that is no negative is a positive.
  ///
  /// - Parameter isOwn: Whether the column is of this rank's own block.
  func isPositive(row: Int, column: Int, isOwn: Bool) -> Bool {
    switch self {
    case .none: false
    case .ownRows, .views, .labels: true
    case .ids(_, _, .none): false
    case .ids(_, _, .sameRow): isOwn && row == column
    case .ids(let home, _, .otherView): isOwn && (row + home.count / 2) % home.count == column
    }
  }

  /// What the columns of a rank's block are to some rows at home.
  ///
  /// - Parameters:
  ///   - columns: Which of the block's.
  ///   - isOwn: Whether the block is this rank's own.
  ///   - isTriangle: Whether the columns are these rows.
  func roles(
    rows: Range<Int>, columns: Range<Int>, of owner: Int, isOwn: Bool, isTriangle: Bool
  ) -> ColumnRoles {
    switch self {
    case .ownRows where isOwn:
      .groups(PairedGroups(rowIDs: Array(rows), columnIDs: Array(columns)))
    case .views where isOwn: .views(count: rows.count / 2)
    case .none, .ownRows, .views: .negatives
    case .labels(let home, _) where isTriangle, .ids(let home, _, _) where isTriangle:
      .labels(LabelGroups(home))
    case .labels(let home, let blocks), .ids(let home, let blocks, _):
      .groups(
        PairedGroups(rowIDs: Array(home[rows]), columnIDs: Array(blocks[owner][columns])))
    }
  }

  /// Which columns of a rank's block are no negatives of all rows at home, where these are all that matters.
  func excluded(
    rowCount: Int, columns: Range<Int>, of owner: Int, isOwn: Bool
  ) -> ExcludedColumns? {
    let (rowIDs, columnIDs): ([Int], [Int])
    switch self {
    case .ownRows where isOwn: (rowIDs, columnIDs) = (Array(0..<rowCount), Array(columns))
    case .views where isOwn:
      let samples = rowCount / 2
      (rowIDs, columnIDs) = ((0..<rowCount).map { $0 % samples }, columns.map { $0 % samples })
    case .none, .ownRows, .views: return nil
    case .labels(let home, let blocks), .ids(let home, let blocks, _):
      (rowIDs, columnIDs) = (home, Array(blocks[owner][columns]))
    }
    return ExcludedColumns(rowIDs: rowIDs, columnIDs: columnIDs, hasOwnColumn: false)
  }
}
