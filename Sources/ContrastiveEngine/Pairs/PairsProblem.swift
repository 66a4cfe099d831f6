package import ContrastiveEmbeddings

/// Rows against columns, every pair of which is a term of its own.
///
/// With uᵢⱼ = sᵢ·cosᵢⱼ + bᵢ, the loss is Σᵢ wᵢ [ Σₚ g(uᵢₚ) + Σⱼ f(uᵢⱼ) ], where j runs over the columns that are
/// not the row's own, and p over its own.
package struct PairsProblem<Scalar: EmbeddingScalar>: Sendable {
  /// What a pair adds to the loss.
  package enum Term: Sendable {
    /// f(u) = softplus(u), and of the row's own columns g(u) = softplus(−u).
    case sigmoid
    /// f(u) = max(0, u), and of the row's own columns nothing: they are in the offset, and in what the
    /// loss itself adds.
    case hinge
  }

  package var rows: AnyEmbeddings<Scalar>
  package var columns: AnyEmbeddings<Scalar>
  package var rowsNeedGradient: Bool
  package var columnsNeedGradient: Bool

  /// Which columns are a row's own: its positives.
  package var roles: ColumnRoles

  /// Columns that are nothing to a row.
  package var excluded: ExcludedColumns?

  package var term: Term

  /// s, by which cosines are multiplied.
  package var scales: RowScales

  /// bᵢ, what is added then: one per row.
  package var offsets: [Double]

  /// Of the rows' sums.
  package var weights: TermWeights

  /// Whether similarities are to be observed.
  package var observes = true

  var needsGradient: Bool { rowsNeedGradient || columnsNeedGradient }

  package init(
    rows: AnyEmbeddings<Scalar>, columns: AnyEmbeddings<Scalar>, rowsNeedGradient: Bool,
    columnsNeedGradient: Bool, roles: ColumnRoles, term: Term, scales: RowScales,
    offsets: [Double], weights: TermWeights
  ) {
    self.rows = rows
    self.columns = columns
    self.rowsNeedGradient = rowsNeedGradient
    self.columnsNeedGradient = columnsNeedGradient
    self.roles = roles
    self.term = term
    self.scales = scales
    self.offsets = offsets
    self.weights = weights
  }
}

/// What came of it. Gradients are by the unit rows.
package struct PairsResult<Scalar: EmbeddingScalar>: Sendable {
  /// Every row's sum, unweighted.
  package var values: [Double] = []

  /// Σ w·value.
  package var value = 0.0

  /// The value's derivative by log s, of every row.
  package var logScaleSlopes: [Double] = []

  /// The value's derivatives by the offsets.
  package var offsetSlopes: [Double] = []

  package var rowGradient: Block<Scalar>?
  package var columnGradient: Block<Scalar>?

  /// The sum of the cosines of rows and their own columns.
  package var positiveSimilarity = 0.0

  /// How many those are.
  package var positiveCount = 0

  /// The sum of the others.
  package var negativeSimilarity = 0.0

  /// How many pairs were left out.
  package var excludedCount = 0

  /// Of logits that were rounded.
  package var logitError: LogitError?

  /// Of no rows yet, with room for so many.
  package init(rowCount: Int = 0) {
    values.reserveCapacity(rowCount)
    logScaleSlopes.reserveCapacity(rowCount)
    offsetSlopes.reserveCapacity(rowCount)
  }

  /// The mean cosines of both kinds of pairs.
  ///
  /// - Parameter columnsPerRow: Its own and those left out among them.
  package func diagnostics(columnsPerRow: Int) -> Diagnostics {
    var diagnostics = Diagnostics()
    diagnostics.logitError = logitError
    if positiveCount > 0 {
      diagnostics.meanPositiveSimilarity = positiveSimilarity / Double(positiveCount)
    }
    let negativeCount = values.count * columnsPerRow - positiveCount - excludedCount
    if negativeCount > 0 {
      diagnostics.meanNegativeSimilarity = negativeSimilarity / Double(negativeCount)
    }
    return diagnostics
  }
}

extension PairSums {
  /// Adds softplus(−u) and its slopes, u = logit + offset, to a row's sums, and returns the slope
  /// by u.
  package mutating func addPositive(_ logit: Double, offset: Double, row: Int) -> Double {
    let margin = -(logit + offset)
    let slope = -logistic(margin)
    value[row] += softplus(margin)
    self.slope[row] += slope
    weighted[row] += slope * logit
    return slope
  }
}
