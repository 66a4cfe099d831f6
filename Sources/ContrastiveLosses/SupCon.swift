public import ContrastiveEmbeddings
import RealModule

/// Supervised contrastive loss: every other row of an anchor's label is to be told from the rest.
///
/// For `n` rows with labels y, cosines c and positives P(a) = { p ≠ a : yₚ = yₐ }:
/// ```
/// Lₐ = log Σ_{j≠a} exp(cₐⱼ/τ) − 1/|P(a)| Σ_{p∈P(a)} cₐₚ/τ        (L_out)
/// loss = the mean of Lₐ over the anchors that have a positive
/// ```
/// The positives are in the denominator too, so that with several the loss is at least log |P|. With
/// one positive each it is `NTXent`. An anchor without positives has the term 0, takes no part in the
/// mean, and is still everybody's candidate. With one label only, the gradient draws all rows together
/// by what is left of the denominator.
///
/// SupContrast multiplies by τ/0.07 and divides by all anchors: multiply by
/// τ/0.07 · (anchors with a positive)/n to get its value.
///
/// - Source: [Khosla et al. 2020](https://arxiv.org/abs/2004.11362), eq. 2; equals
///   pytorch-metric-learning's `SupConLoss`.
public struct SupCon: Hashable, Sendable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) {
    self.temperature = temperature
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - embeddings: `n × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - labels: n labels; equal numbers are one class, whatever they are.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the anchors' terms; the mean is over those with a positive.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a raw row holds a NaN or an infinity.
  /// - Complexity: n²d flops for the value, 3n²d with the gradient, or 4n²d where a triangle of
  ///   logits exceeds `options.keptByteCount`; memory O(nd + pairs) besides.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables = .all,
    reduction: Reduction = .mean, diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: "embeddings")
    try rows.requireRows()
    let groups = try LabelGroups(labels, for: rows)
    let needsRows = variables.contains(.embeddings)
    let weights =
      reduction == .mean
      ? TermWeights.equal(1 / Double(max(1, groups.pairedRowCount)))
      : try reduction.weights(termCount: rows.rowCount)
    var problem = MutualProblem(
      rows: rows.unitBlock(options: options), roles: .labels(groups), rowsNeedGradient: needsRows,
      columnsNeedGradient: needsRows, function: SupConRow(),
      scale: try temperature.scale(for: E.Scalar.self), weights: weights)
    problem.observes = diagnostics == .all
    var result = MutualEngine(problem, options: options).run()
    // Among equal rows an anchor's positives are as many candidates more.
    result.observations.termCount = groups.pairedRowCount
    result.observations.chance =
      Double(groups.pairedRowCount) * .log(Double(max(1, rows.rowCount - 1)))
    return try LossStep(
      result,
      gradient: EmbeddingGradient(
        result, of: rows, temperature: temperature, variables: variables, options: options),
      level: diagnostics, hasSinglePositive: false, floor: nil, temperature: temperature,
      dimension: rows.columnCount)
  }
}
