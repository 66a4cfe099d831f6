public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Angle-optimised embeddings: ``CoSENT`` of the difference of two
/// rows' angles in the complex plane.
///
/// The halves of a unit row â = (a₁, a₂) are the real and imaginary
/// parts of a complex one; an odd dimension gets a zero behind. For N
/// pairs (aᵢ, bᵢ) with scores yᵢ:
/// ```
/// zᵢ = s·| ⟨a₁, b₁⟩ + ⟨a₂, b₂⟩ + ⟨a₂, b₁⟩ − ⟨a₁, b₂⟩ |
/// loss = log( 1 + Σ exp(zᵢ − zⱼ) )    over all i, j with yᵢ < yⱼ
/// ```
/// the real and the imaginary part of the product of â with b̂'s
/// conjugate, added, whose slope does not fade where a cosine's does. z
/// is up to √2·s, and not the same when a and b change places. An
/// opposite pair counts as an equal one. Where z is 0 its derivative is
/// 0.
///
/// Otherwise as ``CoSENT``: one number for the whole batch, of which
/// only the scores' order matters, 0 with all scores equal or one pair,
/// log(1 + M) when all embeddings are equal and M pairs have different
/// scores; no floor but 0.
///
/// - Source: [Li & Li 2023](https://arxiv.org/abs/2309.12871), eq. 8;
///   equals sentence-transformers 6.2.0's `AnglELoss` with scale 1/τ, 20
///   there by default.
public struct AnglE: ScoredPairLoss, Hashable {
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
  /// - Complexity: As ``CoSENT``.
  public func step<A: Embeddings, B: Embeddings>(
    a: A, b: B, scores: [Double], of variables: ScoredPairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, ScoredPairGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try ScoredPairStep(
      a, b, scores: scores, similarity: .angle, temperature: temperature, pass: pass
    ).run(of: variables)
  }
}
