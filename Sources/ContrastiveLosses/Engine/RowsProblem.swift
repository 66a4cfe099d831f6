import ContrastiveEmbeddings

/// Rows of queries against columns of keys, and a loss of every row.
struct RowsProblem<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  /// An array of keys.
  struct Keys: Sendable {
    var rows: AnyEmbeddings<Scalar>
    var roles: ColumnRoles
    var needsGradient: Bool

    /// Columns that are no candidates, besides what `roles` says.
    var excluded: ExcludedColumns?

    /// What the keys are compared with.
    var anchor = Anchor.queries

    func negativeCount(ofRow row: Int) -> Int {
      roles.negativeCount(ofRow: row, among: rows.rowCount) - (excluded?.count(ofRow: row) ?? 0)
    }

    /// Calls `body` for the columns in a range that are not negatives of a row.
    func forEachException(
      ofRow row: Int, in columns: Range<Int>, _ body: (_ column: Int, _ isPositive: Bool) -> Void
    ) {
      roles.forEachException(ofRow: row, in: columns, body)
      excluded?.forEach(ofRow: row, in: columns) { body($0, false) }
    }
  }

  /// One of the two embeddings of a row.
  enum Anchor: Sendable {
    case queries
    /// The row's single positive, in an array of its own or on the diagonal of the first key array.
    case positives
  }

  /// The one positive that every row has.
  struct SinglePositive: Sendable {
    enum Place {
      /// Row i of an array of its own.
      case array(AnyEmbeddings<Scalar>, needsGradient: Bool)
      /// A column of the first key array, as its roles say.
      case column
    }
    var place: Place
  }

  var queries: AnyEmbeddings<Scalar>
  var queriesNeedGradient: Bool
  var keys: [Keys]

  /// `nil` if rows have none.
  var positive: SinglePositive?

  var function: Function
  var scale: Double
  var weights: TermWeights

  /// Whether ranks of the positive, and similarities, are to be observed.
  var observes = true

  var needsGradient: Bool { queriesNeedGradient || keys.contains(where: \.needsGradient) }

  var columnCount: Int { keys.reduce(0) { $0 + $1.rows.rowCount } }

  /// Whether the gradient by an anchor's rows is wanted.
  func needsGradient(of anchor: Anchor) -> Bool {
    switch (anchor, positive?.place) {
    case (.queries, _): queriesNeedGradient
    case (.positives, .array(_, let needsGradient)?): needsGradient
    case (.positives, .column?): keys[0].needsGradient
    case (.positives, nil): false
    }
  }

  func negativeCount(ofRow row: Int) -> Int {
    keys.reduce(0) { $0 + $1.negativeCount(ofRow: row) }
  }
}

/// The weights of a loss's terms in the sum that is differentiated.
enum TermWeights: Sendable {
  case equal(Double)
  case each([Double])

  /// Whether all weights are 0 or of a size that sums of exponentials in `Float` can be divided into.
  var areModerate: Bool {
    func isModerate(_ weight: Double) -> Bool {
      weight == 0 || (1e-15...1e10).contains(abs(weight))
    }
    return switch self {
    case .equal(let weight): isModerate(weight)
    case .each(let weights): weights.allSatisfy(isModerate)
    }
  }

  /// Those of some terms, in order.
  func selecting(_ terms: [Int]) -> TermWeights {
    switch self {
    case .equal: self
    case .each(let weights): .each(terms.map { weights[$0] })
    }
  }

  subscript(term: Int) -> Double {
    switch self {
    case .equal(let weight): weight
    case .each(let weights): weights[term]
    }
  }

  /// The weights times a factor.
  func multiplied(by factor: Double) -> TermWeights {
    switch self {
    case .equal(let weight): .equal(factor * weight)
    case .each(let weights): .each(weights.map { factor * $0 })
    }
  }
}

/// What came of a problem. Gradients are by the unit rows.
struct RowsResult<Scalar: EmbeddingScalar>: Sendable {
  /// Every term, unweighted, row by row.
  var values: [Double] = []

  /// Their mean, whatever the weights.
  var meanTerm: Double { values.reduce(0, +) / Double(values.count) }

  /// Σ w·φ.
  var value = 0.0

  /// d Σ w·φ / d log s.
  var logScaleSlope = 0.0

  var queryGradient: Block<Scalar>?

  /// One per key array; `nil` where it was not asked for.
  var keyGradients: [Block<Scalar>?] = []

  /// For a positive in an array of its own.
  var positiveGradient: Block<Scalar>?

  var observations = RowObservations()

  /// Adds the results of the rows after these. Gradients are shared, and stay.
  mutating func append(_ other: RowsResult) {
    values += other.values
    value += other.value
    logScaleSlope += other.logScaleSlope
    observations.add(other.observations)
  }
}
