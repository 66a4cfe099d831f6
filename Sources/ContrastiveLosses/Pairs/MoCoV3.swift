import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// One direction of MoCo v3's loss: in-batch InfoNCE times 2τ.
///
/// For `N` queries q and keys k, of which row i belongs to row i, and their cosines c:
/// ```
/// Lᵢ = 2τ·( log Σⱼ exp(cᵢⱼ/τ) − cᵢᵢ/τ )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// The factor takes the 1/τ out of the gradients by the embeddings, which stay of one size whatever
/// the temperature; the gradient by τ includes the factor's own, dL/dτ = 2·InfoNCE + 2τ·dInfoNCE/dτ.
/// There is no queue: a batch is its own dictionary.
///
/// Training adds both directions, each view's queries against the other's keys. The keys come from the
/// momentum encoder, and take no gradient:
/// ```swift
/// let loss = MoCoV3(temperature: 0.2)
/// let one = try loss.valueWithGradient(
///   queries: q1, keys: k2, of: .queries)
/// let two = try loss.valueWithGradient(
///   queries: q2, keys: k1, of: .queries)
/// // and one.gradient.queries by q1, two.gradient.queries by q2
/// let value = one.value + two.value
/// ```
/// The loss is 2τ·log N when all embeddings are equal, and 0 for N = 1. Its floor is 2τ times InfoNCE's.
/// With log-weights b of the keys, cᵢⱼ/τ + bⱼ stands for cᵢⱼ/τ in both parts.
///
/// - Source: [Chen et al. 2021](https://arxiv.org/abs/2104.02057), algorithm 1; equals
///   `contrastive_loss` of the authors' code (moco-v3@c349e6e) on one process.
public struct MoCoV3: LogWeightedPairedLoss, Hashable {
  /// τ: 1 for ResNets, 0.2 for vision transformers in the authors' commands.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  public typealias Variables = PairVariables
  public typealias Gradient = PairGradient

  /// Runs the loss.
  ///
  /// Without the keys loss and gradient take one pass.
  ///
  /// - Complexity: As ``InfoNCE`` in the batch: 4N²d flops with the gradient by the queries,
  ///   6N²d with that by the keys.
  public func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, excluding falseNegatives: FalseNegatives<Q.Scalar>,
    logWeights: PairLogWeights?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try InfoNCEStep.inBatch(
      self, queries: queries, keys: keys, excluding: falseNegatives, logWeights: logWeights,
      of: variables, pass: pass)
  }
}

extension MoCoV3: InBatchLoss {
  var function: (any RowFunction)? { MoCoV3Row() }

  func floor(plain: LossBound, size: Int, dimension: Int) -> LossBound? {
    LossBound(value: 2 * temperature.value * plain.value, isAttainable: plain.isAttainable)
  }
}

/// c·softplus(ℓ − z₊), with the outer factor c = 2τ = 2/s.
package struct MoCoV3Row: RowFunction {
  package init() {}

  package func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let (factor, margin) = (2 / rows.scales[row], rows.logSumExp[0][row] - rows.positives[row])
      rows.values[row] = factor * softplus(margin)
      let slope = rows.weights[row] * factor * logistic(margin)
      rows.logSumExpSlopes[0][row] = slope
      rows.positiveSlopes[row] = -slope
      // dc/d log s = −c.
      rows.logScaleSlopes[row] = -rows.weights[row] * rows.values[row]
    }
  }

  package func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    2 / scale * .log(onePlus: Double(candidates.negatives))
  }
}
