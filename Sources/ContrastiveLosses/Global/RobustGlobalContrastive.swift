public import ContrastiveEmbeddings
public import ContrastiveEngine

/// The robust global contrastive loss of iSogCLR: ``GlobalContrastive``,
/// at a temperature of each sample's own that is learned with it.
///
/// ```
/// Lᵢ = ½ [ τᵢ·(log uᵢ + ρ) + τ′ᵢ·(log u′ᵢ + ρ) ]
/// dLᵢ/dτᵢ ∝ log uᵢ + ρ − 1/uᵢ · meanⱼ exp(hᵢⱼ)·hᵢⱼ
/// ```
/// with h = (cᵢⱼ − cᵢᵢ)/τᵢ, and u as there. The loss is the largest mean
/// of cᵢⱼ − cᵢᵢ under weights of negatives whose divergence from equal
/// ones is at most ρ, and exp(h) at the best τ are these weights: where
/// some negatives stand out, as those of common things do, τ comes to be
/// large, and small where they are alike. Among n samples no divergence
/// is above log(n − 1): a larger ρ drives every τ to its lower bound.
///
/// The temperatures are state, as the normalizers are: a step computes
/// all at the temperatures as they are, and moves them then. Its gradient
/// has the slopes by them, `byTemperature.temperatures`, images first,
/// weighted as the terms are: 1/2N each for the mean. What moves a
/// temperature is the slope of its own term, of whatever weight: rows
/// without negatives move neither state, and those of weight 0, whose
/// slope nobody knows, no temperature.
///
/// - Source: [Qiu et al. 2023](https://arxiv.org/abs/2305.11965), eq. 6.
///   Normalizers and temperatures equal those of LibAUC 2.0.1's `GCLoss_v2`
///   with `enable_isogclr`, which has N − 1 times this gradient by
///   embeddings, and averages a batch's first visits as
///   ``GlobalContrastive`` tells. FastCLIP-v2's slopes by temperatures
///   are these, clamped to ±5; its gradient by embeddings lacks the
///   factor τᵢ.
public struct RobustGlobalContrastive: Hashable, Sendable {
  /// γ, how much of an average is the newest batch's: above 0, and 1 where nothing is kept.
  public let gamma: Double

  /// ρ ≥ 0, how far from equal ones the weights of negatives may be.
  public let rho: Double

  /// Creates the loss.
  ///
  /// - Throws: `ContrastiveError` unless 0 < γ ≤ 1, and ρ is finite and not negative.
  public init(gamma: Double = 0.9, rho: Double = 6) throws(ContrastiveError) {
    let loss = try GlobalContrastive(temperature: 1, gamma: gamma, rho: rho)
    (self.gamma, self.rho) = (loss.gamma, rho)
  }

  /// Returns the loss that a step would report, and moves nothing.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<I: Embeddings, T: Embeddings>(
    images: I, texts: T, indices: [Int], normalizers: MovingNormalizers,
    temperatures: IndividualTemperatures,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> I.Scalar where T.Scalar == I.Scalar {
    let rows = try AnyEmbeddings(images, named: .images)
    return try loss(of: indices, rows: rows, temperatures: temperatures).value(
      images: images, texts: texts, indices: indices, normalizers: normalizers,
      excluding: falseNegatives, reduction: reduction, options: options)
  }

  /// Moves the normalizers and the temperatures of a batch's samples, and returns the loss, its gradient and its
  /// diagnostics.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least two rows. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - indices: Which sample of the data set each pair is: N of
  ///     them, none twice.
  ///   - normalizers: Those of the data set; as they were where this
  ///     throws.
  ///   - temperatures: Those of the data set; the same.
  ///   - falseNegatives: Which pairs are no negatives of each other:
  ///     g is the mean over those that are left.
  ///   - variables: What to differentiate by. Temperatures are moved
  ///     whether they are among it or not.
  ///   - reduction: The weights of the pairs' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: As ``GlobalContrastive``, and `ContrastiveError` for an
  ///   index that is no sample's of the temperatures.
  /// - Complexity: As ``CLIP``.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, indices: [Int], normalizers: inout MovingNormalizers,
    temperatures: inout IndividualTemperatures,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    of variables: TwoTowerVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    let rows = try AnyEmbeddings(images, named: .images)
    let loss = try loss(of: indices, rows: rows, temperatures: temperatures)
    let result = try loss.result(
      images, texts, indices: indices, normalizers: normalizers, excluding: falseNegatives,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
    normalizers.set(result.normalizers, at: indices)
    temperatures.update(
      indices,
      by: slopes(result.normalizers, result.logScaleSlopes, result.weights, of: loss))
    return result.step
  }

  /// The loss at the temperatures of a batch.
  func loss<Scalar>(
    of indices: [Int], rows: AnyEmbeddings<Scalar>, temperatures: IndividualTemperatures
  ) throws(ContrastiveError) -> GlobalContrastive {
    // An empty batch has no temperatures, and is to be told as what it is.
    try rows.requireRows()
    try rows.requireLabels(indices, named: .indices)
    return try GlobalContrastive(
      temperature: temperatures.temperature(of: indices), gamma: gamma, rho: rho)
  }

  /// dLᵢ/dτᵢ of the terms, unweighted; `nil` without negatives, or at weight 0.
  ///
  /// - Parameter weights: With which the slopes by log s were summed, of every anchor.
  func slopes(
    _ normalizers: [Double], _ logScaleSlopes: [Double], _ weights: TermWeights,
    of loss: GlobalContrastive
  ) -> [Double?] {
    let scales = loss.temperature.rowScales ?? []
    return zip(logScaleSlopes, scales).enumerated().map { anchor, slopeAndScale in
      let weight = weights[anchor]
      guard normalizers[anchor] > -.infinity, weight != 0 else { return nil }
      return -slopeAndScale.0 * slopeAndScale.1 / weight
    }
  }
}
