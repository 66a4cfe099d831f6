public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Cosine sentence embeddings: the cosines of pairs are to be in the
/// order of the pairs' scores.
///
/// For N pairs (aᵢ, bᵢ) with scores yᵢ, and zᵢ = s·cos(aᵢ, bᵢ):
/// ```
/// loss = log( 1 + Σ exp(zᵢ − zⱼ) )    over all i, j with yᵢ < yⱼ
/// ```
/// One number for the whole batch, not a mean: a term of a batch of
/// twice the size has four times the summands. Only the order of the
/// scores matters, and equal scores are not compared: with all scores
/// equal, and so with one pair, the loss is 0, and its gradient too.
/// When all embeddings are equal it is log(1 + M) for M pairs of
/// different scores. It has no floor but 0, and does not reach it.
///
/// The sum has up to N(N − 1)/2 summands, none of which is visited. In
/// the order of the scores a prefix log-sum-exp over all lower scores
/// gives each pair's part of it, and one over all higher scores the
/// gradient: exact, in O(N log N), where a matrix of N × N differences
/// is what packages hold.
///
/// ```swift
/// let loss = CoSENT(temperature: 0.05)
/// let step = try loss.valueWithGradient(a: x, b: y, scores: scores)
/// ```
/// - Source: [Su 2022](https://kexue.fm/archives/8847); equals
///   sentence-transformers 6.2.0's `CoSENTLoss` with scale 1/τ, 20 there
///   by default.
public struct CoSENT: ScoredPairLoss, Hashable {
  /// τ, and with it the scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature = 0.05) {
    self.temperature = temperature
  }

  public typealias Variables = ScoredPairVariables
  public typealias Gradient = ScoredPairGradient

  /// Runs the loss, which is one term for all pairs.
  ///
  /// - Complexity: O(N·d + N·log N), without a product of matrices;
  ///   memory for the gradients.
  public func step<A: Embeddings, B: Embeddings>(
    a: A, b: B, scores: [Double], of variables: ScoredPairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, ScoredPairGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try ScoredPairStep(
      a, b, scores: scores, similarity: .cosine, temperature: temperature, pass: pass
    ).run(of: variables)
  }
}
