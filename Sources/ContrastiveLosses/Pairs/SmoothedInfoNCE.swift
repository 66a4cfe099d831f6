import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// In-batch InfoNCE with label smoothing: a share ε of the target is
/// spread evenly over all candidates.
///
/// For `N` queries q and keys k, of which row i belongs to row i, and
/// their logits z = cos/τ:
/// ```
/// Lᵢ = log Σⱼ exp(zᵢⱼ) − (1 − ε)·zᵢᵢ − ε·meanⱼ zᵢⱼ
///    = softplus(ℓᵢ − zᵢᵢ) + ε/N·Σ_{j≠i} (zᵢᵢ − zᵢⱼ)
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// where ℓ is of the N − 1 others, and the mean is over all N, the
/// query's own key among them. Pulling no pair further apart than the
/// target asks for, it holds embeddings back where InfoNCE would go on:
/// its gradient vanishes where the softmax is the smoothed target.
///
/// At ε = 0 it is ``InfoNCE``, at ε = 1 the own key is a key like
/// others. The loss is log N when all embeddings are equal, and 0 for
/// N = 1. Its floor is the target's entropy,
/// ```
/// H = −(1 − a)·log(1 − a) − a·log(a/(N − 1)),   a = ε·(N − 1)/N
/// ```
/// or, where τ is so large that cosines do not reach it, the loss of
/// the simplex; it is said to be attainable where embeddings are known
/// that reach it, in a dimension more. False negatives are left out of ℓ, of the mean and of
/// its N. With log-weights b, z + b stands for z throughout, and the
/// target stays as it is: spread evenly.
///
/// - Source: [Szegedy et al. 2016](https://arxiv.org/abs/1512.00567),
///   §7; equals torch 2.15.0's `cross_entropy(label_smoothing=ε)` of
///   the in-batch logits.
public struct SmoothedInfoNCE: LogWeightedPairedLoss, Hashable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// ε, the share of the target that all candidates have alike: from 0
  /// to 1.
  public let smoothing: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ ε ≤ 1.
  public init(temperature: Temperature, smoothing: Double = 0.1) throws(ContrastiveError) {
    guard smoothing >= 0, smoothing <= 1 else {
      throw .init(.smoothing, .number(found: smoothing, expected: .from(0, to: 1)))
    }
    self.temperature = temperature
    self.smoothing = smoothing
  }

  public typealias Variables = PairVariables
  public typealias Gradient = PairGradient

  /// Runs the loss.
  ///
  /// - Complexity: As ``InfoNCE`` in the batch: 4N²d flops with the
  ///   gradient by the queries, 6N²d with that by the keys. The sum of
  ///   a row's logits is its query's product with the sum of the keys.
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

extension SmoothedInfoNCE: InBatchLoss {
  var function: (any RowFunction)? { LabelSmoothedRow(smoothing: smoothing) }

  /// With x the mean over rows of zᵢᵢ less the mean of the others', Jensen's inequality inside the logarithm and
  /// over the rows leaves g(x) = softplus(log(N − 1) − x) + a·x, which falls up to x = log((N − 1)(1 − a)/a) and is
  /// H there. x is N/((N − 1)τ) at most, where the simplex has it; cosines of 1 and of one number between the
  /// simplex's and 1 need a dimension more.
  func floor(plain: LossBound, size: Int, dimension: Int) -> LossBound? {
    let count = Double(size)
    let share = smoothing * (count - 1) / count
    let largest = temperature.scale * count / (count - 1)
    guard size > 1, share > 0 else { return plain }
    let best = .log(count - 1) + .log(onePlus: -share) - .log(share)
    guard best < largest else {
      return LossBound(
        value: softplus(.log(count - 1) - largest) + share * largest,
        isAttainable: plain.isAttainable)
    }
    // At ε = 1 it is equal rows that are best, which fit anywhere.
    return LossBound(
      value: softplus(.log(count - 1) - best) + share * best,
      isAttainable: smoothing == 1 || dimension >= size)
  }
}

/// softplus(ℓ − z₊) + ε/(K + 1)·(K·z₊ − Σz).
struct LabelSmoothedRow: RowFunction {
  let smoothing: Double

  /// Σ b of every row's negatives, which Σz is without; empty where there are no log-weights.
  var biasTotals: [Double] = []

  var usesTotals: Bool { smoothing > 0 }

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let negatives = Double(rows.negativeCounts[row])
      let share = smoothing / (negatives + 1)
      let positive = rows.positives[row]
      let difference = rows.logSumExp[0][row] - positive
      rows.values[row] = softplus(difference)
      let slope = rows.weights[row] * logistic(difference)
      rows.logSumExpSlopes[0][row] = slope
      rows.positiveSlopes[row] = -slope
      // Σz of none is a difference of roundings.
      guard usesTotals, negatives > 0 else { continue }
      let bias = biasTotals.isEmpty ? 0 : biasTotals[rows.rows.lowerBound + row]
      rows.values[row] += share * (negatives * positive - rows.totals[row] - bias)
      rows.positiveSlopes[row] += rows.weights[row] * share * negatives
      rows.totalSlopes[row] = -rows.weights[row] * share
    }
  }
}
