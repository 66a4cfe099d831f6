public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// Supervised contrastive loss: every other row of an anchor's label is to be told from the rest.
///
/// For `n` rows with labels y, cosines c and positives P(a) = { p ≠ a : yₚ = yₐ }, or lists of one's own:
/// ```
/// Lₐ = log Σ_{j≠a} exp(cₐⱼ/τ)
///      − 1/|P(a)| Σ_{p∈P(a)} cₐₚ/τ        (L_out)
/// loss = the mean of Lₐ over the anchors that have a positive
/// ```
/// The positives are in the denominator too, so that with several the loss is at least log |P|. With
/// one positive each it is ``NTXent``. An anchor without positives has the term 0, takes no part in the
/// mean, and is still everybody's candidate. With one label only, the gradient draws all rows together
/// by what is left of the denominator.
///
/// With log-weights b of the rows, cₐⱼ/τ + bⱼ stands for cₐⱼ/τ in both
/// parts, so that a positive's own is taken off again.
///
/// SupContrast multiplies by τ/0.07 and divides by all anchors: multiply by
/// τ/0.07 · (anchors with a positive)/n to get its value.
///
/// - Source: [Khosla et al. 2020](https://arxiv.org/abs/2004.11362), eq. 2; equals
///   pytorch-metric-learning's `SupConLoss`.
public struct SupCon: LogWeightedLabelledLoss, Hashable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  /// Runs the loss by labels.
  ///
  /// The mean is over the anchors that have a positive.
  ///
  /// - Complexity: n²d flops for the value, 3n²d with the gradient, or 4n²d where a triangle
  ///   of logits exceeds `options.keptByteCount`; memory O(nd + pairs) besides.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, of variables: EmbeddingVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try step(
      embeddings: embeddings, labels: labels, ignoring: nil, logWeights: logWeights,
      of: variables, pass: pass)
  }

  func step<E: Embeddings>(
    embeddings: E, labels: [Int], ignoring ignoredLabel: Int?, logWeights: [Double]?,
    of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    try rows.requireRows()
    try rows.requireLabels(labels)
    let kept = labels.indices.filter { labels[$0] != ignoredLabel }
    let groups = LabelGroups(kept.map { labels[$0] })
    return try step(
      rows, kept: kept, roles: .labels(groups), anchorCount: groups.pairedRowCount,
      logWeights: logWeights, of: variables, pass: pass)
  }

  func step<E: Embeddings>(
    embeddings: E, positives: Positives, logWeights: [Double]?,
    of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    try rows.requireRows()
    let lists = try positives.checked(for: rows)
    return try step(
      rows, kept: Array(0..<rows.rowCount), roles: .lists(lists),
      anchorCount: lists.rowCountWithPositives, logWeights: logWeights, of: variables, pass: pass)
  }

  /// - Parameters:
  ///   - kept: The rows that take part, in order.
  ///   - anchorCount: How many of them have a positive.
  private func step<Scalar: EmbeddingScalar>(
    _ rows: AnyEmbeddings<Scalar>, kept: [Int], roles: ColumnRoles, anchorCount: Int,
    logWeights: [Double]?, of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, EmbeddingGradient<Scalar>> {
    let options = pass.options
    let needsRows = variables.contains(.embeddings)
    let scales = try temperature.scales(
      for: Scalar.self, rowCount: rows.rowCount, of: rows.name)
    let all = try pass.weights(termCount: rows.rowCount)
    let weights: TermWeights =
      pass.reduction == .mean ? .equal(1 / Double(max(1, anchorCount))) : all.selecting(kept)
    let unit = rows.unitBlock(options: options)
    let isWhole = kept.count == rows.rowCount
    var problem = MutualProblem(
      rows: isWhole ? unit : unit.gathering(kept, options: options), roles: roles,
      rowsNeedGradient: needsRows, columnsNeedGradient: needsRows, function: SupConRow(),
      scales: scales.selecting(kept), weights: weights)
    let biases = try Candidates<Scalar>.checked(logWeights, count: rows.rowCount)
    problem.columnsAsCandidates.biases = biases.map { biases in kept.map { biases[$0] } }
    problem.observes = pass.diagnostics == .all
    var result = try problem.run(options: options)
    if !isWhole { result.scatter(to: kept, of: rows.rowCount, options: options) }
    var step = LossStep(
      result,
      gradient: EmbeddingGradient(
        result, of: rows, temperature: temperature, variables: variables, options: options),
      level: pass.diagnostics, hasSinglePositive: false, floor: nil)
    if logWeights != nil { step.forgetChance() }
    return step
  }
}

extension Block {
  /// Some of the rows, one after another.
  fileprivate func gathering(_ rows: [Int], options: ComputeOptions) -> Block {
    let result: Block = options.block(rowCount: rows.count, columnCount: columnCount)
    for (target, row) in rows.enumerated() {
      result.rows(target..<target + 1).copy(self.rows(row..<row + 1))
    }
    return result
  }
}

extension EngineResult {
  /// Puts terms and gradients of some rows where these are among all, and 0 elsewhere.
  fileprivate mutating func scatter(to rows: [Int], of rowCount: Int, options: ComputeOptions) {
    var values = Array(repeating: 0.0, count: rowCount)
    for (row, value) in zip(rows, self.values) { values[row] = value }
    self.values = values
    var slopes = Array(repeating: 0.0, count: rowCount)
    for (row, slope) in zip(rows, logScaleSlopes) { slopes[row] = slope }
    logScaleSlopes = slopes
    guard let gradient = queryGradient else { return }
    let all: Block<Scalar> = options.block(
      rowCount: rowCount, columnCount: gradient.columnCount, zeroed: true)
    for (source, row) in rows.enumerated() {
      all.rows(row..<row + 1).copy(gradient.rows(source..<source + 1))
    }
    queryGradient = all
  }
}
