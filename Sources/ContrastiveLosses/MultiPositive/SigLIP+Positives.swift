public import ContrastiveEmbeddings
public import ContrastiveEngine

/// SigLIP of images and texts that may have several positives: N images and M texts.
///
/// ```
/// Lᵢ = Σ_{p∈P(i)} softplus(−zᵢₚ) + Σ_{j∉P(i)} softplus(zᵢⱼ)
/// zᵢⱼ = s·cᵢⱼ + b
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// The sum over N × M questions is divided by the number of images, not of texts nor of pairs: exchanging the towers
/// changes the loss where N and M differ. An image without a positive has its term of negatives, and is
/// counted. There is no softmax, and no floor but 0: where positives and negatives are told apart, a larger s comes
/// as near to it as one likes.
///
/// Equals open_clip's `SigLipLoss` with its matrix of labels replaced.
extension SigLIP: MultiPositiveTwoTowerLoss {
  /// Runs the loss.
  ///
  /// - Throws: As every ``MultiPositiveTwoTowerLoss``, and `ContrastiveError` for log-weights, weighted positives, or a
  ///   bias that is not finite.
  /// - Complexity: 2NMd flops for the value, 4NMd with one of the gradients by arrays, 6NMd with both, by GEMM; memory
  ///   for the gradients and a few tiles per thread.
  public func step<I: Embeddings, T: Embeddings>(
    images: I, texts: T, positives: PairPositives, excluding exclusion: Exclusion,
    logWeights: PairLogWeights?, of variables: TwoTowerVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    try requireNone(logWeights)
    let pairs = try MultiPositivePairs(
      try AnyEmbeddings(images, named: .images), try AnyEmbeddings(texts, named: .texts),
      positives: positives, excluding: exclusion)
    guard pairs.shares == nil else {
      throw .init(
        .positives, .choice(found: "weighted ones", expected: "ids or lists: a pair is one or none")
      )
    }
    return try run(
      pairs.rows, pairs.columns, roles: pairs.roles, excluded: pairs.excluded, of: variables,
      pass: pass)
  }
}
