package import ContrastiveEmbeddings

extension Candidates {
  /// These candidates, for the rows of a call.
  ///
  /// - Throws: `ContrastiveError` if they are for another number of rows, or of another dimension.
  package func checked(
    for rows: AnyEmbeddings<Scalar>, needingGradient: Bool
  ) throws(ContrastiveError) -> Candidates {
    guard rows.rowCount == rowCount ?? rows.rowCount else {
      throw .init(
        .candidates,
        .count(.row, found: rowCount ?? 0, expected: .exactly(rows.rowCount, .as(rows.name))))
    }
    var result = self
    for index in keys.indices {
      try keys[index].rows.requireColumnCount(as: rows)
      result.keys[index].needsGradient = needingGradient
    }
    if case .array(let positives, _, let biases) = positives {
      try positives.requireColumnCount(as: rows)
      result.positives = .array(positives, needsGradient: needingGradient, biases: biases)
    }
    return result
  }

  /// How many positives rows have together.
  package func positiveCount(rowCount: Int) -> Int {
    switch positives {
    case .none: return 0
    case .array, .column: return rowCount
    case .columns:
      var count = 0
      for row in 0..<rowCount {
        keys[0].roles.forEachException(ofRow: row, in: 0..<keys[0].rows.rowCount) {
          if $1 { count += 1 }
        }
      }
      return count
    }
  }
}
