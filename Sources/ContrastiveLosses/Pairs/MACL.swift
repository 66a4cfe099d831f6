public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// NT-Xent at a temperature that follows how aligned the model is, its
/// terms weighted against vanishing.
///
/// Two views of `N` samples are 2N rows z; row i's positive is its other
/// view i′, and A the mean cosine of positives:
/// ```
/// τₐ = τ·( 1 + α·(A − A₀) )
/// pᵢ = exp(zᵢ·zᵢ′/τₐ) / Σ_{j≠i} exp(zᵢ·zⱼ/τₐ)
/// uᵢ = ℓᵢ − zᵢ·zᵢ′/τₐ
/// Lᵢ = −log pᵢ / (1 − pᵢ) = softplus(uᵢ)/σ(uᵢ)
/// loss = 1/2N Σᵢ Lᵢ
/// ```
/// A and 1 − p are constants in the gradient, which by a row's logits is
/// then that of ℓ − z₊, as of ``DecoupledContrastive``: it does not fade
/// where positives are easy. As a model aligns its positives τₐ rises,
/// and tolerates close negatives more.
///
/// Terms are above 1, which they approach as positives stand out; when
/// all embeddings are equal they are (K + 1)/K·log(K + 1), with
/// K = 2N − 2 negatives, and with N = 1 they are 0. Where the mean cosine
/// leaves no positive τₐ, the loss is refused. With log-weights b of the
/// rows, zᵢ·zⱼ/τₐ + bⱼ stands for zᵢ·zⱼ/τₐ in p and u.
///
/// - Source: [Huang et al. 2023](https://arxiv.org/abs/2207.07874),
///   eqs. 9 and 11; the form of lightly's `MACLLoss`, which is not a
///   number for N = 1 or where a p rounds to 1.
public struct MACL: LogWeightedTwoViewLoss {
  /// τ at the mean cosine A₀, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// α ≥ 0: how much τ follows the mean cosine of positives.
  public let alpha: Double

  /// A₀, from −1 to 1: the mean cosine at which the temperature is τ.
  public let threshold: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless α is finite and not negative,
  ///   and A₀ a cosine.
  public init(
    temperature: Temperature, alpha: Double = 0.5, threshold: Double = 0
  ) throws(ContrastiveError) {
    guard alpha >= 0, alpha.isFinite else {
      throw .init(.alpha, .number(found: alpha, expected: .notNegative))
    }
    guard threshold >= -1, threshold <= 1 else {
      throw .init(.threshold, .number(found: threshold, expected: .from(-1, to: 1)))
    }
    self.temperature = temperature
    self.alpha = alpha
    self.threshold = threshold
  }

  /// Runs the loss. Derivatives by the temperature are by τ, A held.
  ///
  /// - Throws: As every ``TwoViewLoss``, and `ContrastiveError` where
  ///   1 + α·(A − A₀) is not positive.
  /// - Complexity: As every ``TwoViewLoss``.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    var step = try TwoViewStep(
      viewA, viewB, excluding: falseNegatives, logWeights: logWeights, temperature: temperature,
      options: pass.options)
    // An error is to name the temperature that was given, and not its multiple.
    _ = try temperature.scales(
      for: A.Scalar.self, rowCount: step.viewA.rowCount, sides: 2, of: .viewA)
    let cosines = step.viewA.cosines(with: step.viewB, options: pass.options)
    let mean = cosines.reduce(0, +) / Double(cosines.count)
    let factor = 1 + alpha * (mean - threshold)
    guard factor > 0 else {
      throw .init(
        .alpha,
        .choice(
          found: "\(alpha) at a mean cosine of \(mean)",
          expected: "less than \(1 / (threshold - mean)), for a temperature above 0"))
    }
    do {
      _ = try temperature.multiplied(by: factor).scales(
        for: A.Scalar.self, rowCount: step.viewA.rowCount, sides: 2, of: .viewA)
    } catch {
      throw .init(
        .alpha,
        .choice(
          found: "\(alpha) at a mean cosine of \(mean)",
          expected: "one whose temperature \(A.Scalar.self) can hold"))
    }
    step.temperatureFactor = factor
    return try step.run(MACLRow(), of: variables, pass: pass)
  }
}

/// softplus(u)/σ(u), u = ℓ − z₊, whose denominator is constant in the gradient.
struct MACLRow: RowFunction {
  func evaluate(_ rows: inout RowTerms) {
    for row in rows.indices where rows.negativeCounts[row] > 0 {
      let difference = rows.logSumExp[0][row] - rows.positives[row]
      // 1 + exp(u)/2, whose numerator and denominator underflow further below.
      rows.values[row] = difference < -40 ? 1 : softplus(difference) / logistic(difference)
      rows.logSumExpSlopes[0][row] = rows.weights[row]
      rows.positiveSlopes[row] = -rows.weights[row]
    }
  }

  func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    let negatives = Double(candidates.negatives)
    return negatives > 0 ? (negatives + 1) / negatives * .log(onePlus: negatives) : 0
  }
}
