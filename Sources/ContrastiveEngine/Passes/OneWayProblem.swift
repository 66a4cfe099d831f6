package import ContrastiveEmbeddings
package import ContrastiveKernels

/// Rows of queries against columns of keys, and a loss of every row.
package struct OneWayProblem<Scalar: EmbeddingScalar>: Sendable {
  package var queries: AnyEmbeddings<Scalar>
  package var queriesNeedGradient: Bool
  package var candidates: Candidates<Scalar>
  package var function: any RowFunction
  /// What rows are multiplied by.
  package var scales: RowScales
  package var weights: TermWeights

  /// From cosine to logit, in place of the scale.
  package var map = LogitMap.identity

  /// Whether ranks of the positive, and similarities, are to be observed.
  package var observes = true

  /// What statistics are to keep besides sums.
  var detail = StatisticsDetail.none

  /// s, as the row function is told.
  var functionScales: RowScales { map.scale.map { .one($0) } ?? scales }

  package init(
    queries: AnyEmbeddings<Scalar>, queriesNeedGradient: Bool, candidates: Candidates<Scalar>,
    function: any RowFunction, scales: RowScales, weights: TermWeights
  ) {
    self.queries = queries
    self.queriesNeedGradient = queriesNeedGradient
    self.candidates = candidates
    self.function = function
    self.scales = scales
    self.weights = weights
  }

  var keys: [Candidates<Scalar>.Keys] {
    get { candidates.keys }
    set { candidates.keys = newValue }
  }

  var needsGradient: Bool {
    if case .array(_, needsGradient: true, _) = candidates.positives { return true }
    return queriesNeedGradient || keys.contains(where: \.needsGradient)
  }

  /// Whether the gradient by an anchor's rows is wanted.
  func needsGradient(of anchor: Candidates<Scalar>.Anchor) -> Bool {
    switch (anchor, candidates.positives) {
    case (.queries, _): queriesNeedGradient
    case (.positives, .array(_, let needsGradient, _)): needsGradient
    case (.positives, .column): keys[0].needsGradient
    case (.positives, .none), (.positives, .columns): false
    }
  }
}

/// What came of a problem. Gradients are by the unit rows.
package struct EngineResult<Scalar: EmbeddingScalar>: Sendable {
  /// Every term, unweighted, row by row.
  package var values: [Double] = []

  /// Σ w·φ.
  package var value = 0.0

  /// d Σ w·φ / d log s of every row.
  package var logScaleSlopes: [Double] = []

  package var queryGradient: Block<Scalar>?

  /// One per key array; `nil` where it was not asked for.
  package var keyGradients: [Block<Scalar>?] = []

  /// For a positive in an array of its own.
  package var positiveGradient: Block<Scalar>?

  package var observations = RowObservations()

  /// Whether terms can be below 0.
  let canBeNegative: Bool

  init(_ function: any RowFunction) { canBeNegative = function.canBeNegative }

  /// Adds the terms of other anchors, after these. Gradients stay.
  mutating func append(_ other: EngineResult) {
    values += other.values
    value += other.value
    logScaleSlopes += other.logScaleSlopes
    observations.add(other.observations)
  }

  /// The mean over the terms, whatever the weights.
  package var meanTerm: Double { values.reduce(0, +) / Double(values.count) }

  /// Adds what a row function made of the rows after these.
  mutating func append(_ rows: RowEvaluation) {
    values += rows.values
    value += rows.value
    logScaleSlopes += rows.logScaleSlopes
    observations.add(rows.observations)
  }
}
