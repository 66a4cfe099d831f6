public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// The global contrastive loss of SogCLR: images against all texts of a
/// data set, and texts against all images, of which a batch shows a few.
///
/// Of pair i in a batch of N, with the cosines c of images and texts and
/// what a moving average has kept of the batches before:
/// ```
/// gᵢ = 1/(N − 1) Σ_{j≠i} exp((cᵢⱼ − cᵢᵢ)/τᵢ) = exp(ℓᵢ − zᵢᵢ)/(N − 1)
/// uᵢ ← (1 − γ)·uᵢ + γ·gᵢ,    at the first visit  uᵢ ← gᵢ
/// Lᵢ = ½ [ τᵢ·(log uᵢ + ρ) + τ′ᵢ·(log u′ᵢ + ρ) ]
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with g′, u′ and τ′ of text i among the images. The gradient is the
/// estimator of the paper, by the embeddings and by τ:
/// ```
/// ∇(τᵢ·log uᵢ) = τᵢ/uᵢ · ∇gᵢ,
/// dLᵢ/dτᵢ = ½ [ log uᵢ + ρ − 1/uᵢ · meanⱼ exp(hᵢⱼ)·hᵢⱼ ]
/// ```
/// with h = (cᵢⱼ − cᵢᵢ)/τᵢ: in place of the batch's sum, which is biased
/// the more the smaller the batch is, that of all batches divides. At
/// γ = 1, and at a sample's first visit, it is the gradient of τ·log g,
/// that of a decoupled loss, and the value's own; otherwise it is not the
/// value's, in which a batch moves u by the share γ of what it shows.
///
/// The normalizers are state, which a step moves: each of the batch's
/// samples toward its g, kept in logarithms, so that nothing is clamped.
/// The loss is τ·ρ when all embeddings are equal and have been, and at
/// ρ = 0 below 0 where positives stand out; no floor and no chance level
/// are known of it. A row that false negatives leave no other candidates
/// has the term 0, and its normalizer stays. One pair alone has none, and
/// is refused. For its state it is no function of its arguments alone,
/// and has no differentiable function and no command.
///
/// ρ ≥ 0 matters to the derivative by τ alone: FastCLIP-v3 learns one τ
/// by it, ``RobustGlobalContrastive`` one for each sample (v2), and v1
/// keeps τ. FastCLIP-v0 learns τ of the logarithms themselves,
/// ``unscaled(temperature:gamma:)``:
/// ```
/// Lᵢ = ½ ( log uᵢ + log u′ᵢ ),    ∇ log uᵢ = 1/uᵢ · ∇gᵢ
/// ```
///
/// - Source: [Yuan et al. 2022](https://arxiv.org/abs/2202.12387), in the
///   form for two towers of [Wei et al. 2024](https://arxiv.org/abs/2407.01445).
///   Normalizers and gradients by embeddings equal those of their code
///   (Optimization-AI/fast_clip@6dcaa93), which counts the last term of
///   dLᵢ/dτᵢ twice. LibAUC 2.0.1's `GCLoss_v2` has the same normalizers
///   and N − 1 times the gradient by embeddings, and takes a batch for
///   visited as soon as one of its samples is.
public struct GlobalContrastive: TemperedLoss, Hashable {
  /// τ: one for all, one for each pair of the batch, or one for each image and then for each text.
  public var temperature: Temperature

  /// γ, how much of an average is the newest batch's: above 0, and 1 where nothing is kept.
  public let gamma: Double

  /// ρ ≥ 0, which holds τ down; `nil` of the loss that is not multiplied by τ.
  public let rho: Double?

  /// Creates the loss.
  ///
  /// γ may differ from step to step: FastCLIP lets it fall from 1 along a cosine.
  ///
  /// - Throws: `ContrastiveError` unless 0 < γ ≤ 1, and ρ is finite and not negative.
  public init(
    temperature: Temperature, gamma: Double = 0.9, rho: Double = 0
  ) throws(ContrastiveError) {
    guard gamma > 0, gamma <= 1 else {
      throw .init(
        .gamma, .number(found: gamma, expected: .init(lower: .excluding(0), upper: .including(1))))
    }
    guard rho >= 0, rho.isFinite else {
      throw .init(.rho, .number(found: rho, expected: .notNegative))
    }
    self.temperature = temperature
    self.gamma = gamma
    self.rho = rho
  }

  /// The loss of log u, which is not multiplied by τ: FastCLIP-v0.
  ///
  /// Its gradient by embeddings is 1/τ times the other's, and by τ that
  /// of log u. It is 0 when all embeddings are equal and have been.
  ///
  /// - Throws: `ContrastiveError` unless 0 < γ ≤ 1.
  public static func unscaled(
    temperature: Temperature, gamma: Double = 0.9
  ) throws(ContrastiveError) -> GlobalContrastive {
    GlobalContrastive(unscaling: try GlobalContrastive(temperature: temperature, gamma: gamma))
  }

  private init(unscaling loss: GlobalContrastive) {
    (temperature, gamma, rho) = (loss.temperature, loss.gamma, nil)
  }

  public typealias Variables = TwoTowerVariables
  public typealias Gradient = TwoTowerGradient

  /// Returns the loss that a step would report, and moves nothing.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<I: Embeddings, T: Embeddings>(
    images: I, texts: T, indices: [Int], normalizers: MovingNormalizers,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> I.Scalar where T.Scalar == I.Scalar {
    try result(
      images, texts, indices: indices, normalizers: normalizers, excluding: falseNegatives, of: [],
      pass: LossPass(reduction: reduction, diagnostics: .none, options: options)
    ).step.value
  }

  /// Moves the normalizers of a batch's samples, and returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least two rows. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - indices: Which sample of the data set each pair is: N of
  ///     them, none twice.
  ///   - normalizers: Those of the data set; as they were where this
  ///     throws.
  ///   - falseNegatives: Which pairs are no negatives of each other:
  ///     g is the mean over those that are left.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the pairs' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row
  ///   holds a NaN or an infinity, or an index is no sample's or
  ///   comes twice.
  /// - Complexity: As ``CLIP``.
  public func valueWithGradient<I: Embeddings, T: Embeddings>(
    images: I, texts: T, indices: [Int], normalizers: inout MovingNormalizers,
    excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    of variables: TwoTowerVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>
  where T.Scalar == I.Scalar {
    let result = try result(
      images, texts, indices: indices, normalizers: normalizers, excluding: falseNegatives,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
    normalizers.set(result.normalizers, at: indices)
    return result.step
  }

  /// A step, and of the batch's images and then of its texts log u after it, −∞ without negatives, and the slopes by log s
  /// with the weights they have.
  func result<I: Embeddings, T: Embeddings>(
    _ images: I, _ texts: T, indices: [Int], normalizers: MovingNormalizers,
    excluding falseNegatives: FalseNegatives<I.Scalar>, of variables: TwoTowerVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> (
    step: LossStep<I.Scalar, TwoTowerGradient<I.Scalar>>, normalizers: [Double],
    logScaleSlopes: [Double], weights: TermWeights
  ) where T.Scalar == I.Scalar {
    let towers = try TwoTowerStep(
      images, texts, excluding: falseNegatives, temperature: temperature, options: pass.options)
    let count = towers.images.rowCount
    try requireSamples(indices, of: normalizers, rows: towers.images)
    let weights = try pass.weights(termCount: count).halvedForBothWays
    let previous = normalizers.values(at: indices)
    let function = GlobalContrastiveRow(gamma: gamma, rho: rho, previous: previous)
    var problem = try towers.problem(
      function, of: variables, weights: weights, observes: pass.diagnostics == .all)
    var ofColumns = function
    ofColumns.previous = Array(previous[count...])
    problem.columnFunction = ofColumns
    var result = try problem.run(options: pass.options)

    let moved = result.values
    let terms = moved.enumerated().map { anchor, normalizer in
      guard normalizer > -.infinity else { return 0.0 }
      return rho.map { (normalizer + $0) / problem.scales[anchor] } ?? normalizer
    }
    result.value = terms.indices.reduce(0) { $0 + weights[$1] * terms[$1] }
    result.values = (0..<count).map { (terms[$0] + terms[count + $0]) / 2 }
    let step = LossStep(
      result, gradient: towers.gradient(result, of: variables), level: pass.diagnostics,
      hasSinglePositive: true, floor: nil)
    return (step, moved, result.logScaleSlopes, weights)
  }

  /// - Throws: `ContrastiveError` unless every row has an index of its own, and there are negatives.
  func requireSamples<Scalar>(
    _ indices: [Int], of normalizers: MovingNormalizers, rows: AnyEmbeddings<Scalar>
  ) throws(ContrastiveError) {
    try rows.requireLabels(indices, named: .indices)
    try indices.requireSamples(of: .normalizers, count: normalizers.sampleCount)
    guard rows.rowCount > 1 else {
      throw .init(
        rows.name,
        .count(
          .row, found: rows.rowCount,
          expected: .atLeast(2, .because("which are each other's negatives"))))
    }
  }
}
