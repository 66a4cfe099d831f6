public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// NT-Xent with the sum over negatives corrected for those that are really positives.
///
/// Two views of `N` samples are 2N rows z; row i's positive is its other view i′, the M = 2N − 2
/// remaining rows are its negatives, a share τ⁺ of which is assumed to be of its own class:
/// ```
/// gᵢ = max( (Σⱼ exp(zᵢ·zⱼ/τ) − τ⁺·M·exp(zᵢ·zᵢ′/τ)) / (1 − τ⁺),
///           M·exp(−1/τ) )
/// Lᵢ = −log( exp(zᵢ·zᵢ′/τ) / (exp(zᵢ·zᵢ′/τ) + gᵢ) )
///    = softplus(log gᵢ − zᵢ·zᵢ′/τ)
/// loss = 1/2N Σᵢ Lᵢ
/// ```
/// The floor under g is its least possible value; where it acts, the negatives get no gradient.
/// Everything is computed from logarithms, so that τ = 0.01, where exp overflows in `Float`, is no
/// special case. The gradient by τ includes the floor's own.
///
/// At τ⁺ = 0 it is NT-Xent. When all embeddings are equal it is log(2N − 1). With N = 1 there are no
/// negatives, and the loss is 0.
///
/// - Source: [Chuang et al. 2020](https://arxiv.org/abs/2007.00224), eq. 8; equals the authors'
///   `main.py` (DCL@7d6345f), which holds the floor's 1/τ constant in the gradient by τ. Called DCL
///   there; `dcl` elsewhere means *decoupled*.
public struct DebiasedContrastive: TwoViewLoss {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// τ⁺, the probability that a negative is of the query's own class: 0 ≤ τ⁺ < 1.
  public let positivePrior: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ τ⁺ < 1.
  public init(temperature: Temperature, positivePrior: Double) throws(ContrastiveError) {
    try checkPositivePrior(positivePrior)
    self.temperature = temperature
    self.positivePrior = positivePrior
  }

  /// Runs the loss.
  ///
  /// - Complexity: As every ``TwoViewLoss``.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try TwoViewStep(
      viewA, viewB, excluding: falseNegatives, temperature: temperature, options: pass.options
    ).run(function, of: variables, pass: pass)
  }

  /// What the loss is of a row's sums.
  package var function: any RowFunction {
    DebiasedRow(positivePrior: positivePrior, concentration: 0)
  }
}

func checkPositivePrior(_ positivePrior: Double) throws(ContrastiveError) {
  guard positivePrior >= 0, positivePrior < 1 else {
    throw .init(.positivePrior, .number(found: positivePrior, expected: .from(0, upTo: 1)))
  }
}
