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
