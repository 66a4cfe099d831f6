public import ContrastiveEmbeddings
public import ContrastiveEngine

/// The debiased loss with harder negatives weighing more.
///
/// As ``DebiasedContrastive``, with the sum over the M = 2N − 2 negatives replaced by
/// ```
/// Σⱼ wⱼ·eⱼ,    eⱼ = exp(zᵢ·zⱼ/τ),    wⱼ = eⱼ^β / (1/M Σₖ eₖ^β)
/// ```
/// that is M·exp(ℓ₁ − ℓ₂) with ℓ₁ = log Σ exp((1 + β)·z/τ) and ℓ₂ = log Σ exp(β·z/τ): the engine
/// streams two exponents. The gradient flows through w, as in the official code, and β multiplies
/// cos/τ, not cos.
///
/// At β = 0 it is ``DebiasedContrastive``. (The paper's pseudo-code gives 0 there; it agrees with the
/// official code at β = 1 only.)
///
/// - Source: [Robinson et al. 2021](https://arxiv.org/abs/2010.04592); equals the authors'
///   `criterion` with `estimator == 'hard'` (HCL@7b4647f).
public struct HardNegative: TwoViewLoss {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// τ⁺, the probability that a negative is of the query's own class: 0 ≤ τ⁺ < 1.
  public let positivePrior: Double

  /// β ≥ 0: how much more a harder negative weighs.
  public let concentration: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 ≤ τ⁺ < 1 and β is finite and not negative.
  public init(
    temperature: Temperature, positivePrior: Double, concentration: Double
  ) throws(ContrastiveError) {
    try checkPositivePrior(positivePrior)
    guard concentration >= 0, concentration.isFinite else {
      throw .init(.concentration, .number(found: concentration, expected: .notNegative))
    }
    self.temperature = temperature
    self.positivePrior = positivePrior
    self.concentration = concentration
  }

  /// Runs the loss.
  ///
  /// - Complexity: 6(2N)²d flops by GEMM with gradients, or 8(2N)²d where a block of
  ///   rows of logits exceeds `options.keptByteCount`; memory O(Nd) besides.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    try TwoViewStep(
      viewA, viewB, excluding: falseNegatives, temperature: temperature, options: pass.options
    ).run(try function(as: A.Scalar.self), of: variables, pass: pass)
  }

  /// What the loss is of a row's sums.
  package func function<Scalar: EmbeddingScalar>(
    as scalar: Scalar.Type
  ) throws(ContrastiveError) -> any RowFunction {
    // The larger exponent's logits are those of a temperature τ/(1 + β).
    let scale = temperature.rowScales?.max() ?? temperature.scale
    let largest = temperature.largestScale(for: Scalar.self)
    // A temperature that is out of range by itself is refused as one.
    guard scale > largest || (1 + concentration) * scale <= largest else {
      throw .init(
        .concentration,
        .number(
          found: concentration,
          expected: .from(0, to: largest / scale - 1, "in \(Scalar.self) arithmetic")))
    }
    // A β that vanishes in the scalar makes no difference to any weight.
    let isVanishing = Scalar(concentration) == 0
    return DebiasedRow(
      positivePrior: positivePrior, concentration: isVanishing ? 0 : concentration)
  }
}
