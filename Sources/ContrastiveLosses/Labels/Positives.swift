import ContrastiveEmbeddings
import ContrastiveEngine

/// Which rows of a batch are whose positives, where labels do not tell.
///
/// Being a positive need not be mutual: an anchor's list is its own. An anchor without positives has
/// the term 0, takes no part in the mean, and is still everybody's candidate.
public struct Positives: Hashable, Sendable {
  /// For every row, the rows that are its positives.
  let lists: [[Int]]

  /// Lists of row indices, one per row: in order, without the row itself, each once.
  ///
  /// The loss that takes them checks them.
  public init(_ lists: [[Int]]) {
    self.lists = lists
  }

  /// The pairs for which a closure says so; a row is never its own positive.
  ///
  /// - Complexity: O(n²) calls.
  public init(rowCount: Int, where isPositive: (_ anchor: Int, _ other: Int) -> Bool) {
    lists = (0..<max(0, rowCount)).map { anchor in
      (0..<rowCount).filter { $0 != anchor && isPositive(anchor, $0) }
    }
  }

  /// How many rows have a positive, and so a term.
  public var anchorCount: Int { lists.count { !$0.isEmpty } }

  /// - Throws: `ContrastiveError` if there is not one valid list per row.
  func checked<Scalar>(for rows: AnyEmbeddings<Scalar>) throws(ContrastiveError) -> PositiveLists {
    guard lists.count == rows.rowCount else {
      throw .init(
        .positives,
        .count(
          .list, found: lists.count, expected: .exactly(rows.rowCount, .onePerRow(of: rows.name))))
    }
    for (row, list) in lists.enumerated() {
      let isInOrder = zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
      let isInRange = list.allSatisfy { lists.indices.contains($0) && $0 != row }
      guard isInOrder, isInRange else {
        throw .init(
          .positives, row: row, .ascending(found: list, expected: .otherRows(count: lists.count)))
      }
    }
    return PositiveLists(lists)
  }
}
