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
/// - Source: [Goldberger et al. 2004](https://papers.nips.cc/paper/2566-neighbourhood-components-analysis), eq. 5,
///   its log form; equals pytorch-metric-learning 2.9.0's `NCALoss`, but for its NaN where no row has a positive and
///   the rows that its mean drops, whose positives' share vanishes.
public struct NCA: UntemperedLabelledLoss, Hashable {
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
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try (2 * softmaxScale).requireLogit(as: E.Scalar.self, named: .softmaxScale, atLeast: 0)
    let step = try LabelledStep(embeddings, labels: labels)
    return try step.run(
      SumInsideRow(), scale: 2 * softmaxScale,
      logWeights: step.rows.logWeightsOfZeroRows(softmaxScale, options: pass.options),
      countedRows: step.anchorCount, of: variables, pass: pass)
  }
}

extension AnyEmbeddings {
  /// What −S·‖x − y‖² of a candidate y is above 2S·c − 2S, whatever x: S for zero rows, which are nearer by 1 than a unit
  /// row of cosine 0. `nil` where there is none.
  func logWeightsOfZeroRows(_ softmaxScale: Double, options: ComputeOptions) -> [Double]? {
    let squares = squaredLengths(options: options)
    return squares.contains(0) ? squares.map { $0 == 0 ? softmaxScale : 0 } : nil
  }
}
