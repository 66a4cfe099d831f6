import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// Robust InfoNCE: a loss of pairs some of which do not belong together.
///
/// For `N` queries q and keys k, of which row i belongs to row i, and
/// their logits z = cos/τ:
/// ```
/// Lᵢ = −exp(q·zᵢᵢ)/q + (λ·Σⱼ exp(zᵢⱼ))^q/q
///    = exp(q·zᵢᵢ)/q·( exp(q·(log λ + Iᵢ)) − 1 )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// where the sum is over all N keys, the query's own among them, and
/// Iᵢ is the query's ``InfoNCE``. At q = 1 the loss is symmetric: a
/// wrong pair costs what a right one gains, so that noise among the
/// pairs does not move its optimum. As q → 0 it becomes
/// InfoNCE + log λ, which the second form keeps all digits of.
///
/// Terms are below 0 where a positive stands out, and as large as
/// exp(q/τ)/q: at τ = 0.01 and q = 1 beyond `Float`, where a call
/// throws and does not return infinity or NaN. When all
/// embeddings are equal the loss is exp(q/τ)·((λN)^q − 1)/q. A query
/// without negatives has (λ^q − 1)·exp(q·zᵢᵢ)/q, and is still pulled
/// to its key if λ < 1. No floor is known but of free negatives, and
/// none is reported. With log-weights b, z + b stands for z throughout:
/// the same b for all multiplies the loss by exp(q·b).
///
/// - Source: [Chuang et al. 2022](https://arxiv.org/abs/2201.04309); the
///   form of the authors' code (chingyaoc/RINCE), here of queries
///   against the keys of the batch.
public struct RINCE: LogWeightedPairedLoss, Hashable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// q: from InfoNCE, near 0, to the robust loss, at 1.
  public let q: Double

  /// λ > 0, the weight of the candidates' sum, in the paper below 1.
  public let lambda: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 < q ≤ 1 and λ is positive
  ///   and finite.
  public init(
    temperature: Temperature, q: Double = 0.5, lambda: Double = 0.01
  ) throws(ContrastiveError) {
    guard q > 0, q <= 1 else {
      throw .init(
        .q, .number(found: q, expected: .init(lower: .excluding(0), upper: .including(1))))
    }
    guard lambda > 0, lambda.isFinite else {
      throw .init(.lambda, .number(found: lambda, expected: .positive))
    }
    self.temperature = temperature
    self.q = q
    self.lambda = lambda
  }

  public typealias Variables = PairVariables
  public typealias Gradient = PairGradient

  /// Runs the loss.
  ///
  /// - Complexity: As ``InfoNCE`` in the batch: 4N²d flops with the
  ///   gradient by the queries, 6N²d with that by the keys.
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

extension RINCE: InBatchLoss {
  var function: (any RowFunction)? { RINCERow(q: q, logLambda: .log(lambda)) }

  var mayOverflow: Bool { true }

  func floor(plain: LossBound, size: Int, dimension: Int) -> LossBound? { nil }
}

/// A·(exp(q·(log λ + I)) − 1)/q with A = exp(q·z₊) and I = softplus(ℓ − z₊).
struct RINCERow: RowFunction {
  let q: Double
  let logLambda: Double

  var canBeNegative: Bool { true }

  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices {
      let positive = rows.positives[row]
      let difference = rows.logSumExp[0][row] - positive
      let excess = q * (logLambda + softplus(difference))
      let own = Double.exp(q * positive)
      // (λΣ)^q, formed in the exponent.
      let all = Double.exp(q * positive + excess)
      // A difference that keeps its digits where both are close, and one of numbers where A underflows.
      rows.values[row] = (excess < 1 ? own * .expMinusOne(excess) : all - own) / q
      let weight = rows.weights[row]
      let slope = all * logistic(difference)
      rows.logSumExpSlopes[0][row] = weight * slope
      rows.positiveSlopes[row] =
        weight
        * (excess < 1
          ? own * .expMinusOne(excess) - slope : all * logistic(-difference) - own)
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    let excess = q * (logLambda + .log(onePlus: Double(candidates.negatives)))
    return .exp(q * scale) * .expMinusOne(excess) / q
  }
}
