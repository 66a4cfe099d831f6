import ContrastiveEmbeddings

/// Rows of queries against columns of keys, and a loss of every row.
struct RowsProblem<Scalar: EmbeddingScalar, Function: RowFunction>: Sendable {
  /// An array of keys.
  struct Keys: Sendable {
    var rows: AnyEmbeddings<Scalar>
    var roles: ColumnRoles
    var needsGradient: Bool
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

  func negativeCount(ofRow row: Int) -> Int {
    keys.reduce(0) { $0 + $1.roles.negativeCount(ofRow: row, among: $1.rows.rowCount) }
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
