public import ContrastiveEmbeddings
public import ContrastiveEngine

/// NT-Xent over labelled rows: one term per pair of equal label, against the rows of other labels.
///
/// For `n` rows with labels y, similarities s = cos/τ and every ordered pair (a, p), a ≠ p, yₐ = yₚ:
/// ```
/// L(a,p) = log( exp(sₐₚ) + Σ_{j: yⱼ≠yₐ} exp(sₐⱼ) ) − sₐₚ
///        = softplus( ℓₐ − sₐₚ )
/// loss = mean over the pairs
/// ```
/// An anchor's other positives are in no denominator. With one positive each it is NT-Xent; with
/// more it is not SimCLR's, nor SupCon. The mean is over pairs, so that a label with more rows
/// counts for more.
///
/// Without a pair of equal labels the loss and its gradients are 0, so that an unlucky batch does
/// not stop a training loop. Without rows of another label every term is 0.
///
/// With log-weights b they are of sₐₚ + bₚ and sₐⱼ + bⱼ.
///
/// - Source: [Chen et al. 2020](https://arxiv.org/abs/2002.05709); equals pytorch-metric-learning's
///   `NTXentLoss` with its `MeanReducer`, and optax's `ntxent`, where theirs does not saturate.
public struct NTXentPairs: LogWeightedLabelledLoss, Hashable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  /// Runs the loss.
  ///
  /// Terms are the pairs in row-major order: a ascending, then p.
  ///
  /// - Complexity: n²d flops for the value, 3n²d with the gradient, or 4n²d where a triangle
  ///   of logits exceeds `options.keptByteCount`; memory O(nd + pairs) besides.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], logWeights: [Double]?, of variables: EmbeddingVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try BatchLoss(PositiveCrossEntropy(), temperature: temperature).step(
      embeddings: embeddings, labels: labels, logWeights: logWeights, of: variables, pass: pass)
  }
}
