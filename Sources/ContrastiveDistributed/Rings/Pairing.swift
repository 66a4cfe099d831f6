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

  /// Whether positives turn up anywhere, with logits that are known only then.
  var isSpread: Bool { if case .labels = self { true } else { false } }

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
    case .labels(let home, _) where isTriangle: .labels(LabelGroups(home))
    case .labels(let home, let blocks):
      .groups(
        PairedGroups(rowIDs: Array(home[rows]), columnIDs: Array(blocks[owner][columns])))
    }
  }
}
