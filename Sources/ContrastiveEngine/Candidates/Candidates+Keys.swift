package import ContrastiveEmbeddings

extension Candidates {
  /// An array of keys.
  package struct Keys: Sendable {
    package var rows: AnyEmbeddings<Scalar>
    package var roles: ColumnRoles

    package var needsGradient: Bool

    /// Columns that are no candidates, besides what `roles` says.
    package var excluded: ExcludedColumns?

    /// What the keys are compared with.
    package var anchor = Anchor.queries

    /// b of every key.
    package var biases: [Scalar]?

    /// How many neighbouring columns stand for one candidate, whose logit is the largest of theirs: the first of equal
    /// ones. A row's positive is one, and what else is of its group has to be excluded.
    package var groupSize = 1

    package init(
      rows: AnyEmbeddings<Scalar>, roles: ColumnRoles, needsGradient: Bool = true,
      excluded: ExcludedColumns? = nil, anchor: Anchor = .queries, biases: [Scalar]? = nil
    ) {
      self.rows = rows
      self.roles = roles
      self.needsGradient = needsGradient
      self.excluded = excluded
      self.anchor = anchor
      self.biases = biases
    }

    func negativeCount(ofRow row: Int) -> Int {
      guard groupSize == 1 else { return rows.rowCount / groupSize - 1 }
      return roles.negativeCount(ofRow: row, among: rows.rowCount)
        - (excluded?.count(ofRow: row) ?? 0)
    }

    /// Calls `body` for the columns in a range that are not negatives of a row.
    func forEachException(
      ofRow row: Int, in columns: Range<Int>, _ body: (_ column: Int, _ isPositive: Bool) -> Void
    ) {
      roles.forEachException(ofRow: row, in: columns, body)
      excluded?.forEach(ofRow: row, in: columns) { body($0, false) }
    }

    var hasExceptions: Bool {
      if case .negatives = roles { excluded != nil } else { true }
    }
  }

  var columnCount: Int { keys.reduce(0) { $0 + $1.rows.rowCount } }

  /// Whether every row has one positive, so that it has a rank.
  package var hasSinglePositive: Bool {
    switch positives {
    case .array, .column: true
    case .none, .columns: false
    }
  }

  /// Whether columns stand for a candidate together.
  var areGrouped: Bool { keys.contains { $0.groupSize > 1 } }

  package var areBiased: Bool { keys.contains { $0.biases != nil } }

  /// Whether keys, or positives in an array of their own, carry log-weights.
  package var haveLogWeights: Bool {
    if case .array(_, _, .some) = positives { true } else { areBiased }
  }

  /// Whether some keys are compared with the rows' positives.
  var anchorsArePositives: Bool { keys.contains { $0.anchor == .positives } }

  func negativeCount(ofRow row: Int) -> Int {
    keys.reduce(0) { $0 + $1.negativeCount(ofRow: row) }
  }

  /// Σ b over every row's negatives.
  package func biasTotals(rowCount: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: rowCount)
    for array in keys {
      guard let biases = array.biases else { continue }
      let total = biases.reduce(0) { $0 + Double($1) }
      for row in 0..<rowCount {
        var others = 0.0
        array.forEachException(ofRow: row, in: biases.indices) { column, _ in
          others += Double(biases[column])
        }
        result[row] += total - others
      }
    }
    return result
  }
}
