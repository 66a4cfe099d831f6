public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// A loss of one's own of a batch against itself: every row is an anchor, and every other row its positive or negative.
///
/// Of the symmetric matrix of logits one triangle is computed, as in ``SupCon``, and where a map makes logits of cosines once
/// more for the gradient; a function of another exponent than 1, or of Σz, and log-weights take all of it.
public struct BatchLoss: LogWeightedLabelledLoss {
  /// What the loss is, given a row's sums.
  public var function: any RowFunction

  /// τ, one for all rows or one for each.
  public var temperature: Temperature

  /// How a cosine becomes a logit.
  public var logits: LogitForm

  /// Creates the loss.
  public init(
    _ function: any RowFunction, temperature: Temperature, logits: LogitForm = .scaledCosines
  ) {
    self.function = function
    self.temperature = temperature
    self.logits = logits
  }

  /// Runs the loss.
  ///
  /// There is a term for each row, or, of a function with a term per positive, for each pair
  /// in row-major order.
  ///
  /// - Complexity: As ``SupCon``.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, of variables: EmbeddingVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    let groups = try LabelGroups(labels, for: rows)
    let needsRows = variables.contains(.embeddings)
    var problem = MutualProblem(
      rows: rows.unitBlock(options: pass.options), roles: .labels(groups),
      rowsNeedGradient: needsRows,
      columnsNeedGradient: needsRows, function: function,
      scales: try temperature.scales(
        for: E.Scalar.self, rowCount: rows.rowCount, of: rows.name),
      weights: try pass.weights(
        termCount: function.hasTermPerPositive ? groups.pairCount : rows.rowCount))
    problem.columnsAsCandidates.biases = try Candidates.checked(
      logWeights, count: rows.rowCount)
    if let map = try logits.map(
      problem.scales, for: function, hasLogWeights: logWeights != nil,
      as: E.Scalar.self)
    {
      (problem.map, problem.scales) = (map, .one(1))
    }
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: pass.options)
    var step = LossStep(
      result,
      gradient: EmbeddingGradient(
        result, of: rows, temperature: temperature, variables: variables, options: pass.options),
      level: pass.diagnostics, hasSinglePositive: false, floor: nil)
    step.forgetWhatIsUnknown(of: logits, hasLogWeights: logWeights != nil)
    return step
  }
}
