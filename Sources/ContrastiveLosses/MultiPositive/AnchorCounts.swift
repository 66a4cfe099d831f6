import ContrastiveEmbeddings
package import ContrastiveEngine

/// How many positives and negatives the anchors of a direction have.
package struct AnchorCounts {
  private let counts: [CandidateCounts]

  /// How many have a positive, and so a term.
  package let termCount: Int

  package init(_ counts: [CandidateCounts]) {
    self.counts = counts
    termCount = counts.count { $0.positives > 0 }
  }

  /// - Parameters:
  ///   - roles: What a column is to a row: a negative, or one of its positives.
  ///   - excluded: Columns that are nothing to a row.
  init(_ roles: ColumnRoles, rowCount: Int, columnCount: Int, excluded: ExcludedColumns?) {
    self.init(
      (0..<rowCount).map { row in
        let others = roles.negativeCount(ofRow: row, among: columnCount)
        return CandidateCounts(
          negatives: others - (excluded?.count(ofRow: row) ?? 0), positives: columnCount - others)
      })
  }

  var anchorCount: Int { counts.count }

  /// The mean of a function's terms where all embeddings are equal; `nil` without terms.
  package func chance(of function: any RowFunction) -> Double? {
    let terms = counts.compactMap { function.chance(of: $0, scale: 1) }
    return terms.isEmpty ? nil : terms.reduce(0, +) / Double(terms.count)
  }

  /// The mean of the terms that there are; 0 without.
  func mean(of terms: some Collection<Double>) -> Double {
    terms.reduce(0, +) / Double(max(1, termCount))
  }
}

extension LossPass {
  /// The weights of the terms of directions one after another: the mean is the sum of the directions' means, each
  /// over the anchors that have a positive.
  func weights(of directions: [AnchorCounts]) throws(ContrastiveError) -> TermWeights {
    let weights = try weights(termCount: directions.reduce(0) { $0 + $1.anchorCount })
    guard reduction == .mean else { return weights }
    return .each(
      directions.flatMap {
        Array(repeating: 1 / Double(max(1, $0.termCount)), count: $0.anchorCount)
      })
  }
}
