import ContrastiveEmbeddings

/// Rows against columns, every pair of which is a term of its own.
///
/// With uᵢⱼ = s·cosᵢⱼ + bᵢ, the loss is Σᵢ wᵢ [ gᵢ + Σⱼ f(uᵢⱼ) ], where j runs over the columns that are
/// not the row's own, and g is what the own column adds.
struct PairsProblem<Scalar: EmbeddingScalar>: Sendable {
  /// What a pair adds to the loss.
  enum Term: Sendable {
    /// f(u) = softplus(u), and of the row's own column g = softplus(−u).
    case sigmoid
    /// f(u) = max(0, u), and of the row's own column nothing: it is in the offset, and in what the
    /// loss itself adds.
    case hinge
  }

  var rows: AnyEmbeddings<Scalar>
  var columns: AnyEmbeddings<Scalar>
  var rowsNeedGradient: Bool
  var columnsNeedGradient: Bool

  /// Which column is a row's own: every row has one.
  var roles: ColumnRoles

  var term: Term

  /// s, by which cosines are multiplied.
  var scale: Double

  /// bᵢ, what is added then: one per row.
  var offsets: [Scalar]

  /// Of the rows' sums.
  var weights: TermWeights

  /// Whether similarities are to be observed.
  var observes = true

  var needsGradient: Bool { rowsNeedGradient || columnsNeedGradient }
}

/// What came of it. Gradients are by the unit rows.
struct PairsResult<Scalar: EmbeddingScalar>: Sendable {
  /// Every row's sum, unweighted.
  var values: [Double] = []

  /// Σ w·value.
  var value = 0.0

  /// The value's derivative by log s.
  var logScaleSlope = 0.0

  /// The value's derivatives by the offsets.
  var offsetSlopes: [Double] = []

  var rowGradient: Block<Scalar>?
  var columnGradient: Block<Scalar>?

  /// The sum of the cosines of rows and their own columns.
  var positiveSimilarity = 0.0

  /// The sum of the others.
  var negativeSimilarity = 0.0

  /// The mean cosines of both kinds of pairs.
  func diagnostics(negativesPerRow: Int) -> Diagnostics {
    var diagnostics = Diagnostics()
    let count = Double(values.count)
    diagnostics.meanPositiveSimilarity = positiveSimilarity / count
    if negativesPerRow > 0 {
      diagnostics.meanNegativeSimilarity = negativeSimilarity / (count * Double(negativesPerRow))
    }
    return diagnostics
  }
}
