import ContrastiveBounds
public import ContrastiveEmbeddings
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
/// `Diagnostics.floor`; a share of it is not reported.
///
/// - Source: [Yeh et al. 2022](https://arxiv.org/abs/2110.06848); equals lightly's `DCLLoss` and
///   `DCLWLoss` since June 2025, before which they took the logarithm of each view's sum alone. "DCL"
///   also names the *debiased* loss: ``DebiasedContrastive``.
public struct DecoupledContrastive: TwoViewLoss {
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

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters: As for ``DebiasedContrastive``, with two rows or more to a view.
  /// - Throws: As ``DebiasedContrastive``, and `ContrastiveError.shape` for one row.
  /// - Complexity: As ``DebiasedContrastive``.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    var engine = try TwoViewEngine(
      viewA, viewB, temperature: temperature, function: DecoupledRow(), options: options)
    let count = engine.viewA.rowCount
    guard count > 1 else {
      throw .shape(
        array: "viewA", expected: "at least two rows, which are each other's negatives",
        actual: "1")
    }
    if let weightTemperature {
      engine.function.positiveWeights = Self.weights(
        engine.viewA.cosines(with: engine.viewB, options: options), at: weightTemperature)
    }
    var step = try engine.step(
      of: variables, reduction: reduction, diagnostics: diagnostics, floor: nil)
    let bound = try CandidateSet.twoViews(size: count).floor(
      temperature: temperature, dimension: engine.viewA.columnCount)
    step.diagnostics?.applyDecoupling(
      count: Double(count), scale: temperature.scale, isAttainable: bound.isAttainable)
    return step
  }

  /// 2 − N·softmax(c/σ).
  private static func weights(_ cosines: [Double], at temperature: Temperature) -> [Double] {
    let largest = cosines.max() ?? 0
    let exponentials = cosines.map { Double.exp(($0 - largest) * temperature.scale) }
    let mean = exponentials.reduce(0, +) / Double(cosines.count)
    return exponentials.map { 2 - $0 / mean }
  }
}

extension Diagnostics {
  /// Sets chance and floor of a loss without the positive in its denominator.
  ///
  /// With x the mean over rows and their negatives of zᵢ·(zⱼ − zᵢ′)/τ, at least −N/((N − 1)τ), Jensen's
  /// inequality inside the logarithm gives log(2N − 2) + x, where NT-Xent's floor applies it once more.
  /// DCLW's weights fall as the positive's cosine rises, and are 1 on average: by Chebyshev's sum
  /// inequality Σ wᵢcᵢ ≤ Σ cᵢ, and the floor holds for it too. Both attain it where NT-Xent does.
  fileprivate mutating func applyDecoupling(count: Double, scale: Double, isAttainable: Bool) {
    chance = .log(2 * count - 2)
    floor = .log(2 * count - 2) - scale * count / (count - 1)
    floorAttainable = isAttainable
  }
}
