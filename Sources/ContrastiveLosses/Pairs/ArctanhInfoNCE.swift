public import ContrastiveEmbeddings
public import ContrastiveEngine

/// In-batch InfoNCE of the log-odds of cosines, without a temperature.
///
/// For `N` queries q and keys k, of which row i belongs to row i, and
/// their cosines c:
/// ```
/// zᵢⱼ = 2·artanh(cᵢⱼ) = log( (1 + cᵢⱼ)/(1 − cᵢⱼ) )
/// Lᵢ = log Σⱼ exp(zᵢⱼ) − zᵢᵢ = softplus(ℓᵢ − zᵢᵢ)
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// where ℓ is of the N − 1 others: InfoNCE of the log-odds of
/// (1 + c)/2. The logit's slope 2/(1 − c²) grows as a pair comes
/// together, where that of c/τ stays, so that there is nothing to
/// choose.
///
/// It is undefined at c = ±1: nothing is clamped, a row of the same
/// direction as another array's has an infinite logit, and the loss is
/// then 0, infinite, or not a number. So it is when all embeddings are
/// equal: no chance level is reported, and, as the logit has no largest
/// value, no floor but 0. For N = 1 it is 0. Pairs at 1 − c = δ are
/// known to a rounding over δ: train in `Double`, or stop, where they
/// nearly coincide. As other losses of mapped logits it takes no
/// log-weights.
///
/// - Source: [arXiv 2501.17683](https://arxiv.org/abs/2501.17683). No
///   package has it; equals torch 2.15.0's `cross_entropy` of these
///   logits.
public struct ArctanhInfoNCE: PairedLoss, Hashable {
  /// Creates the loss.
  public init() {}

  public typealias Variables = PairVariables
  public typealias Gradient = PairGradient

  /// Runs the loss; of the temperature's readings none is a variable.
  ///
  /// - Complexity: For the value 2N²d flops, 8N²d with the gradients,
  ///   as logits are mapped tile by tile and slopes computed again.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    var function = PositiveCrossEntropy()
    function.hasChance = false
    return try InfoNCEStep.inBatch(
      function, temperature: Temperature(scale: 2), logits: .arctanh, queries: queries,
      keys: keys, excluding: falseNegatives, of: variables.intersection([.queries, .keys]),
      pass: pass)
  }
}
