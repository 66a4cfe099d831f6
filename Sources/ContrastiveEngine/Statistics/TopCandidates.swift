import ContrastiveEmbeddings
package import ContrastiveKernels

/// The k candidates of every row with the largest logits: its hardest negatives.
///
/// In falling order, and of equal logits those of smaller columns first, so that it is the same whatever the tiles. Those
/// of different candidates of the same rows merge.
public struct TopCandidates: Sendable, Equatable {
  /// A candidate of a row.
  public struct Candidate: Hashable, Sendable {
    /// Its place among the columns of all arrays of keys, one after another.
    public let column: Int
    public let logit: Double

    fileprivate func comesBefore(_ other: Candidate) -> Bool {
      logit > other.logit || logit == other.logit && column < other.column
    }
  }

  /// k.
  public let count: Int

  /// For every row its candidates, k or all there are.
  public private(set) var rows: [[Candidate]]

  package init(count: Int, rowCount: Int) {
    self.count = count
    rows = Array(repeating: [], count: rowCount)
  }

  /// Those of some rows.
  subscript(range: Range<Int>) -> TopCandidates {
    var result = self
    result.rows = Array(rows[range])
    return result
  }

  package mutating func append(_ next: TopCandidates) { rows += next.rows }

  /// Takes in other candidates of some rows.
  mutating func add(_ other: TopCandidates, at first: Int) {
    for (row, candidates) in other.rows.enumerated() {
      for candidate in candidates { insert(candidate, row: first + row) }
    }
  }

  /// Takes in a tile.
  ///
  /// - Parameter column: The first column's place among those of all arrays.
  package mutating func add<Scalar: EmbeddingScalar>(
    _ logits: Block<Scalar>, fromColumn column: Int, workspace: Workspace,
    on isa: InstructionSet = .best
  ) {
    guard count > 0 else { return }
    // What cannot enter a full list is not looked at.
    let thresholds = rows.map { $0.count < count ? -.infinity : $0[count - 1].logit }
    let found = SparseWeights<Scalar>(
      capacity: (logits.rowCount + 1) * logits.columnCount, from: workspace)
    found.append(logits, threshold: thresholds, on: isa)
    found.forEachElement(tile: 0, on: isa) { row, c, logit in
      insert(Candidate(column: column + c, logit: logit), row: row)
    }
  }

  private mutating func insert(_ candidate: Candidate, row: Int) {
    Self.insert(candidate, in: &rows[row], count: count)
  }

  private static func insert(_ candidate: Candidate, in list: inout [Candidate], count: Int) {
    var place = list.count
    if place < count {
      list.append(candidate)
    } else {
      place -= 1
      guard candidate.comesBefore(list[place]) else { return }
    }
    while place > 0, candidate.comesBefore(list[place - 1]) {
      list[place] = list[place - 1]
      place -= 1
    }
    list[place] = candidate
  }
}
