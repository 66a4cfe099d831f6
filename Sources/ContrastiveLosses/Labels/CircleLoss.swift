public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
import RealModule

/// Circle loss: every positive and negative of a row weighs by how far it is from its optimum.
///
/// For `n` rows with labels y, cosines c, positives P(i) = { p ≠ i : yₚ = yᵢ }, the negatives N(i) of other
/// labels, the margin m and the scale γ:
/// ```
/// zₚ = −γ·max(0, 1 + m − cᵢₚ)·(cᵢₚ − (1 − m))
/// zₙ =  γ·max(0, cᵢₙ + m)·(cᵢₙ − m)
/// Lᵢ = softplus( log Σ_{p∈P(i)} exp zₚ + log Σ_{n∈N(i)} exp zₙ )
/// loss = the mean of Lᵢ over the rows with a positive and a negative
/// ```
/// **The max(…) are constants in the gradient**, as the paper and its implementations have it: the gradient
/// is not that of the value, and a finite difference of the value does not give it. A row without a
/// positive, or without a negative, has the term 0 and is not counted; where there is no other the loss is 0.
///
/// When all embeddings are equal a row's term is softplus(log |P||N| + γ(1 − 2m²)). It cannot fall below
/// log(1 + |P||N|·e^(−2γm²)), which it is where all cₚ are 1 and all cₙ are 0.
///
/// - Source: [Sun et al. 2020](https://arxiv.org/abs/2002.10857), eq. 8 to 10; equals
///   pytorch-metric-learning 2.9.0's `CircleLoss`, but for rows whose term rounds to 0, which its mean drops.
public struct CircleLoss: UntemperedLabelledLoss, Hashable {
  /// m: 0 ≤ m ≤ 1. Positives are to be above 1 − m, negatives below m.
  public let margin: Double

  /// γ > 0.
  public let gamma: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ m ≤ 1, and γ is positive and finite.
  public init(margin: Double = 0.4, gamma: Double = 80) throws(ContrastiveError) {
    guard (0...1).contains(margin) else {
      throw .init(.margin, .number(found: margin, expected: .from(0, to: 1)))
    }
    try gamma.requirePositive(.gamma)
    self.margin = margin
    self.gamma = gamma
  }

  /// Runs the loss.
  ///
  /// - Throws: As every ``LabelledLoss``, and `ContrastiveError` for a γ that the scalar has no room for.
  /// - Complexity: n²d flops for the value, 4n²d with the gradient; memory O(nd + pairs of equal label).
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try gamma.requireLogit(as: E.Scalar.self, named: .gamma, atLeast: 0)
    let step = try LabelledStep(embeddings, labels: labels)
    // With one label no row has a negative.
    let countedRows = step.groups.all.count > 1 ? step.anchorCount : 0
    return try step.run(
      CircleRow(loss: self), scale: gamma, map: .circle(scale: gamma, margin: margin),
      countedRows: countedRows, of: variables, pass: pass)
  }
}

/// softplus(λ + ℓ), λ = log Σₚ exp zₚ, of the negatives' logits and the positives' cosines.
struct CircleRow: RowFunction {
  let loss: CircleLoss

  func evaluate(_ rows: inout RowTerms) {
    let (margin, gamma) = (loss.margin, loss.gamma)
    for row in rows.indices {
      let own = rows.positives(of: row)
      guard !own.isEmpty else { continue }
      let slopes = own.map { -gamma * max(0, 1 + margin - rows.positives[$0]) }
      let logits = zip(own, slopes).map { $1 * (rows.positives[$0] - (1 - margin)) }
      let positives = PositiveStatistics(logits)
      let sum = positives.logSumExp + rows.logSumExp[0][row]
      let slope = rows.weights[row] * logistic(sum)
      rows.values[row] = softplus(sum)
      rows.logSumExpSlopes[0][row] = slope
      for (p, (logit, byCosine)) in zip(own, zip(logits, slopes)) {
        rows.positiveSlopes[p] = slope * positives.share(of: logit) * byCosine
      }
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    guard candidates.positives > 0, candidates.negatives > 0 else { return nil }
    return softplus(
      .log(Double(candidates.positives) * Double(candidates.negatives))
        + loss.gamma * (1 - 2 * loss.margin * loss.margin))
  }
}
