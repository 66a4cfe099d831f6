import ContrastiveEmbeddings
import ContrastiveEngine
import ContrastiveKernels

/// A batch with labels against itself: every row's positives are the others of its label, its negatives those of
/// other labels, and its loss is a function of their cosines without a temperature to learn.
struct LabelledStep<Scalar: EmbeddingScalar> {
  let rows: AnyEmbeddings<Scalar>
  let groups: LabelGroups

  init<E: Embeddings>(
    _ embeddings: E, labels: [Int]
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    rows = try AnyEmbeddings(embeddings, named: .embeddings)
    groups = try LabelGroups(labels, for: rows)
  }

  /// Every row counts in the mean, whatever it has for positives.
  var rowCount: Int { rows.rowCount }

  /// The rows that have a positive.
  var anchorCount: Int { groups.pairedRowCount }

  /// - Parameters:
  ///   - scale: What cosines are multiplied by; the map's, where there is one.
  ///   - map: From the negatives' cosines to their logits. The function is given the positives' cosines.
  ///   - logWeights: b of every row as a candidate.
  ///   - countedRows: How many rows the mean is over.
  func run(
    _ function: any RowFunction, scale: Double, map: LogitMap = .identity,
    logWeights: [Double]? = nil, countedRows: Int, of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    let weights = try pass.weights(termCount: rows.rowCount)
    let needsRows = variables.contains(.embeddings)
    var problem = MutualProblem(
      rows: rows.unitBlock(options: pass.options), roles: .labels(groups),
      rowsNeedGradient: needsRows, columnsNeedGradient: needsRows, function: function,
      scales: .one(map == .identity ? scale : 1),
      weights: pass.reduction == .mean ? .equal(1 / Double(max(1, countedRows))) : weights)
    problem.map = map
    problem.mapsPositives = map == .identity
    problem.columnsAsCandidates.biases = try Candidates.checked(
      logWeights, count: rows.rowCount)
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: pass.options)
    var gradient = EmbeddingGradient<Scalar>()
    gradient.embeddings = rows.gradient(fromUnit: result.queryGradient, options: pass.options)
    return LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: false, floor: nil)
  }
}
