import ContrastiveEmbeddings

/// N rows against N columns, every pair of which is a term of its own: the pairs on the diagonal are
/// to have a logit above −bias, all others one below.
struct PairsProblem<Scalar: EmbeddingScalar>: Sendable {
  var rows: AnyEmbeddings<Scalar>
  var columns: AnyEmbeddings<Scalar>
  var rowsNeedGradient: Bool
  var columnsNeedGradient: Bool

  /// s, by which cosines are multiplied.
  var scale: Double

  /// What is added then.
  var bias: Scalar

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

  /// The value's derivative by the bias.
  var biasSlope = 0.0

  var rowGradient: Block<Scalar>?
  var columnGradient: Block<Scalar>?

  /// The sum of the cosines on the diagonal.
  var positiveSimilarity = 0.0

  /// The sum of the others.
  var negativeSimilarity = 0.0
}
