package import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine
import RealModule

/// NT-Xent without the positive in its denominator: DCL, and with weights DCLW.
///
/// Two views of `N` ≥ 2 samples are 2N rows z; row i's positive is its other view i′:
/// ```
/// Lᵢ = log Σ_{j≠i,i′} exp(zᵢ·zⱼ/τ) − wᵢ·zᵢ·zᵢ′/τ = ℓᵢ − wᵢ·zᵢ·zᵢ′/τ
/// loss = 1/2N Σᵢ Lᵢ
/// ```
/// over 2N − 2 negatives, with wᵢ = 1 (DCL), or larger where the views of a sample are further apart
/// (DCLW):
/// ```
/// wᵢ = 2 − exp(zᵢ·zᵢ′/σ) / (1/N Σₖ exp(zₖ·zₖ′/σ))
/// ```
/// the same for both views of a sample, between 2 − N and 2, 1 on average, and a constant in the
/// gradient. NT-Xent's gradient is that of DCL times 1 − p₊, which vanishes once the positive is easy:
/// without it small batches train as large ones do.
///
/// The loss has no zero: it falls below 0 where positives stand out, and weights may be negative. One
/// sample alone has no negatives and the loss −∞, so that it is refused. When all embeddings are equal
/// the loss is log(2N − 2). It cannot fall below log(2N − 2) − N/((N − 1)τ), which is
/// `Diagnostics.floor`; a share of it is not reported. With log-weights b of the rows, zᵢ·zⱼ/τ + bⱼ
/// stands for zᵢ·zⱼ/τ in both parts, and the weights wᵢ stay.
///
/// - Source: [Yeh et al. 2022](https://arxiv.org/abs/2110.06848); equals lightly's `DCLLoss` and
///   `DCLWLoss` since June 2025, before which they took the logarithm of each view's sum alone. "DCL"
///   also names the *debiased* loss: ``DebiasedContrastive``.
public struct DecoupledContrastive: LogWeightedTwoViewLoss {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// σ of DCLW's weights, 0.5 in the paper; `nil` for DCL, whose weights are 1.
  public var weightTemperature: Temperature?

  /// Creates the loss: `DecoupledContrastive(temperature: 0.1)` is DCL, and DCLW is
  /// `DecoupledContrastive(temperature: 0.1, weightTemperature: 0.5)`.
  public init(temperature: Temperature, weightTemperature: Temperature? = nil) {
    self.temperature = temperature
    self.weightTemperature = weightTemperature
  }

  /// Runs the loss.
  ///
  /// - Throws: As every ``TwoViewLoss``, and `ContrastiveError` for views of one row.
  /// - Complexity: As every ``TwoViewLoss``.
  public func step<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, excluding falseNegatives: FalseNegatives<A.Scalar>,
    logWeights: PairLogWeights?, of variables: TwoViewVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let step = try TwoViewStep(
      viewA, viewB, excluding: falseNegatives, logWeights: logWeights, temperature: temperature,
      options: pass.options)
    let count = step.viewA.rowCount
    guard count > 1 else {
      throw .init(
        .viewA,
        .count(.row, found: 1, expected: .atLeast(2, .because("which are each other's negatives"))))
    }
    var function = DecoupledRow()
    if let weightTemperature {
      try weightTemperature.requireValid(as: .weightTemperature)
      guard !weightTemperature.isIndividual else {
        throw .init(
          .weightTemperature, .choice(found: "\(weightTemperature)", expected: "one for all rows"))
      }
      function.positiveWeights = Self.weights(
        step.viewA.cosines(with: step.viewB, options: pass.options), at: weightTemperature)
    }
    return try step.run(
      function, of: variables, pass: pass,
      floor: try floor(size: count, dimension: step.viewA.columnCount))
  }

  /// With x the mean over rows and their negatives of zᵢ·(zⱼ − zᵢ′)/τ, at least −N/((N − 1)τ), Jensen's
  /// inequality inside the logarithm gives log(2N − 2) + x, where NT-Xent's floor applies it once more.
  /// DCLW's weights fall as the positive's cosine rises, and are 1 on average: by Chebyshev's sum
  /// inequality Σ wᵢcᵢ ≤ Σ cᵢ, and the floor holds for it too. Both attain it where NT-Xent does.
  package func floor(size: Int, dimension: Int) throws(ContrastiveError) -> LossBound? {
    guard !temperature.isIndividual else { return nil }
    let bound = try CandidateSet.twoViews(size: size).floor(
      temperature: temperature, dimension: dimension)
    let count = Double(size)
    return LossBound(
      value: .log(2 * count - 2) - temperature.scale * count / (count - 1),
      isAttainable: bound.isAttainable)
  }

  /// 2 − N·softmax(c/σ).
  package static func weights(_ cosines: [Double], at temperature: Temperature) -> [Double] {
    let largest = cosines.max() ?? 0
    let exponentials = cosines.map { Double.exp(($0 - largest) * temperature.scale) }
    let mean = exponentials.reduce(0, +) / Double(cosines.count)
    return exponentials.map { 2 - $0 / mean }
  }
}

/// ℓ − w·z₊: the positive is in no denominator, and may weigh more or less than its negatives.
package struct DecoupledRow: RowFunction {
  /// w of every sample, for the rows of both of its views; empty where all are 1.
  package var positiveWeights: [Double] = []

  package init() {}

  package var canBeNegative: Bool { true }

  package func evaluate(_ rows: inout RowTerms) {
    // Ids may leave a row no negatives, and then no term.
    for row in rows.indices where rows.negativeCounts[row] > 0 {
      let sample = rows.rows.lowerBound + row
      let weight = positiveWeights.isEmpty ? 1 : positiveWeights[sample % positiveWeights.count]
      rows.values[row] = rows.logSumExp[0][row] - weight * rows.positives[row]
      rows.logSumExpSlopes[0][row] = rows.weights[row]
      rows.positiveSlopes[row] = -rows.weights[row] * weight
    }
  }

  package func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    candidates.negatives > 0 ? .log(Double(candidates.negatives)) : nil
  }
}
