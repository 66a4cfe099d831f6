public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// The multi-similarity loss: positives are to be above a base similarity, negatives below it, and of
/// either kind those weigh most that are worst.
///
/// For `n` rows with labels y, cosines c, positives P(i) = { p ≠ i : yₚ = yᵢ } and the negatives N(i) of
/// other labels:
/// ```
/// Lᵢ = 1/α log( 1 + Σ_{p∈P(i)} exp(α·(λ − cᵢₚ)) )
///    + 1/β log( 1 + Σ_{n∈N(i)} exp(β·(cᵢₙ − λ)) )
/// loss = 1/n Σᵢ Lᵢ
/// ```
/// A row without positives, or without negatives, has 0 for that half, and every row counts in the mean.
/// One row alone has the loss 0. No pairs are mined: what a miner would leave out has the least weight.
///
/// When all embeddings are equal a row's term is softplus(log |P| + α(λ − 1))/α +
/// softplus(log |N| + β(1 − λ))/β. The loss is above 0, and comes near it where β is large, positives
/// coincide, and negatives are below λ; no floor is proved.
///
/// - Source: [Wang et al. 2019](https://arxiv.org/abs/1904.06627), eq. 15; equals
///   pytorch-metric-learning 2.9.0's `MultiSimilarityLoss`.
public struct MultiSimilarity: UntemperedLabelledLoss, Hashable {
  /// α > 0: how much the farthest positives outweigh the others.
  public let alpha: Double

  /// β > 0: how much the nearest negatives outweigh the others.
  public let beta: Double

  /// λ, the cosine that parts positives and negatives.
  public let base: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless α and β are positive and finite, and λ is finite.
  public init(alpha: Double = 2, beta: Double = 50, base: Double = 0.5) throws(ContrastiveError) {
    try alpha.requirePositive(.alpha)
    try beta.requirePositive(.beta)
    try base.requireFinite(.base)
    self.alpha = alpha
    self.beta = beta
    self.base = base
  }

  /// Runs the loss.
  ///
  /// - Throws: As every ``LabelledLoss``, and `ContrastiveError` for an α, β or λ that the scalar has no
  ///   room for.
  /// - Complexity: As ``SupCon``.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try alpha.requireLogit(as: E.Scalar.self, named: .alpha, atLeast: 0)
    try beta.requireLogit(as: E.Scalar.self, named: .beta, atLeast: 0)
    try base.requireLogit(as: E.Scalar.self, named: .base)
    let step = try LabelledStep(embeddings, labels: labels)
    return try step.run(
      MultiSimilarityRow(loss: self), scale: beta, countedRows: step.rowCount, of: variables,
      pass: pass)
  }
}

/// softplus(λ₊)/α + softplus(ℓ − β·base)/β, with λ₊ = log Σₚ exp(α·(base − cₚ)), of logits β·c.
struct MultiSimilarityRow: RowFunction {
  let loss: MultiSimilarity

  func evaluate(_ rows: inout RowTerms) {
    let (alpha, beta, base) = (loss.alpha, loss.beta, loss.base)
    for row in rows.indices {
      let weight = rows.weights[row]
      let negatives = rows.logSumExp[0][row] - beta * base
      let own = rows.positives(of: row)
      let exponents = own.map { alpha * (base - rows.positives[$0] / beta) }
      let positives = PositiveStatistics(exponents)
      rows.values[row] = softplus(positives.logSumExp) / alpha + softplus(negatives) / beta
      rows.logSumExpSlopes[0][row] = weight * logistic(negatives) / beta
      let slope = -weight * logistic(positives.logSumExp) / beta
      for (p, exponent) in zip(own, exponents) {
        rows.positiveSlopes[p] = slope * positives.share(of: exponent)
      }
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    let (alpha, beta, base) = (loss.alpha, loss.beta, loss.base)
    return softplus(.log(Double(candidates.positives)) + alpha * (base - 1)) / alpha
      + softplus(.log(Double(candidates.negatives)) + beta * (1 - base)) / beta
  }
}
