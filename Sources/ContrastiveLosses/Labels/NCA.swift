public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Neighbourhood components analysis: the neighbour that a row would pick by a softmax over distances is to be of its
/// label.
///
/// For `n` rows with labels y, squared distances D between unit rows and the scale S:
/// ```
/// tᵢⱼ = −S·Dᵢⱼ = 2S·cᵢⱼ − 2S
/// Lᵢ = log Σ_{j≠i} exp tᵢⱼ − log Σ_{j≠i, yⱼ=yᵢ} exp tᵢⱼ
/// loss = the mean of Lᵢ over the rows with another of their label
/// ```
/// Any one of the positives may be the neighbour, where ``SupCon`` wants all of them: it is MIL-NCE of a batch
/// against itself, at τ = 1/2S. A row without a positive has the term 0, is not counted, and is still everybody's
/// candidate; where no row has one the loss is 0. With one label only it is 0 too.
///
/// When all embeddings are equal a row's term is log((n − 1)/|P|). It cannot fall below
/// log(1 + K/|P|·e^(−4S)) of K negatives. A zero row is at distance 1 from unit rows, and 0 from other zero rows.
///
/// With log-weights b of the rows, tᵢⱼ + bⱼ stands for tᵢⱼ in both sums: a weight of w is w equal rows, positives too.
///
/// - Source: [Goldberger et al. 2004](https://papers.nips.cc/paper/2566-neighbourhood-components-analysis), eq. 5,
///   its log form; equals pytorch-metric-learning 2.9.0's `NCALoss`, but for its NaN where no row has a positive and
///   the rows that its mean drops, whose positives' share vanishes.
public struct NCA: UntemperedLabelledLoss, LogWeightedLabelledLoss, Hashable {
  /// S > 0: what squared distances are multiplied by.
  public let softmaxScale: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless S is positive and finite.
  public init(softmaxScale: Double = 1) throws(ContrastiveError) {
    try softmaxScale.requirePositive(.softmaxScale)
    self.softmaxScale = softmaxScale
  }

  /// Runs the loss.
  ///
  /// - Throws: As every ``LabelledLoss``, and `ContrastiveError` for a scale that the scalar has no room for.
  /// - Complexity: As ``SupCon``; with a zero row among the embeddings 8n²d flops with the gradient.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, of variables: EmbeddingVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try (2 * softmaxScale).requireLogit(as: E.Scalar.self, named: .softmaxScale, atLeast: 0)
    let step = try LabelledStep(embeddings, labels: labels)
    var result = try step.run(
      SumInsideRow(), scale: 2 * softmaxScale,
      logWeights: step.rows.addingLogWeightsOfZeroRows(
        to: logWeights, softmaxScale, options: pass.options),
      countedRows: step.anchorCount, of: variables, pass: pass)
    if logWeights != nil { result.forgetChance() }
    return result
  }
}

extension AnyEmbeddings {
  /// What −S·‖x − y‖² of a candidate y is above 2S·c − 2S, whatever x, and log-weights if there are any: S for zero rows,
  /// which are nearer by 1 than a unit row of cosine 0. `nil` where there is neither.
  func addingLogWeightsOfZeroRows(
    to logWeights: [Double]?, _ softmaxScale: Double, options: ComputeOptions
  ) throws(ContrastiveError) -> [Double]? {
    _ = try Candidates<Scalar>.checked(logWeights, count: rowCount)
    let squares = squaredLengths(options: options)
    guard squares.contains(0) else { return logWeights }
    return squares.enumerated().map { row, square in
      (square == 0 ? softmaxScale : 0) + (logWeights?[row] ?? 0)
    }
  }
}
