public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels
import RealModule

extension GlobalContrastive {
  /// Returns the loss of two views that a step would report, and moves nothing.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, indices: [Int], normalizers: MovingNormalizers,
    excluding falseNegatives: FalseNegatives<A.Scalar> = .none, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> A.Scalar where B.Scalar == A.Scalar {
    try resultOfViews(
      viewA, viewB, indices: indices, normalizers: normalizers, excluding: falseNegatives, of: [],
      pass: LossPass(reduction: reduction, diagnostics: .none, options: options)
    ).step.value
  }

  /// Moves the normalizers of a batch's samples, and returns the loss of two views of them, its gradient and its
  /// diagnostics.
  ///
  /// Of every row i of the 2N, with its other view i′ and the 2N − 2
  /// rows of other samples:
  /// ```
  /// gᵢ = 1/(2N − 2) Σⱼ exp(cᵢⱼ/τᵢ)
  /// uᵢ = (1 − γ)·u + γ·gᵢ,    at the first visit gᵢ
  /// Lᵢ = τᵢ·(log uᵢ + ρ) − cᵢᵢ′,    u ← ½(uᵢ + uᵢ′)
  /// loss = 1/2N Σᵢ Lᵢ
  /// ```
  /// As of images and texts, but that views share an average, being
  /// drawn alike, and that it is of the negatives alone: relative to
  /// cᵢᵢ′ it would follow the draws of views. Images and texts of the
  /// normalizers are the same then. Of equal embeddings the loss is
  /// τ·ρ.
  ///
  /// - Parameters:
  ///   - viewA: `N × d`, at least two rows. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - viewB: `N × d`; row i is the other view of row i.
  ///   - indices: Which sample of the data set each is: N of them,
  ///     none twice.
  ///   - normalizers: Those of the data set; as they were where this
  ///     throws.
  ///   - falseNegatives: Which samples are no negatives of each other.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the 2N terms, those of view A first.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row
  ///   holds a NaN or an infinity, an index is no sample's or comes
  ///   twice, or the loss is ``unscaled(temperature:gamma:)``.
  /// - Complexity: As ``NTXent``.
  /// - Source: [Yuan et al. 2022](https://arxiv.org/abs/2202.12387),
  ///   eq. 3 and algorithm 1; normalizers equal those of LibAUC 2.0.1's
  ///   `GCLoss_v1`, whose loss is a sum over both views: twice this
  ///   gradient.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, indices: [Int], normalizers: inout MovingNormalizers,
    excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let result = try resultOfViews(
      viewA, viewB, indices: indices, normalizers: normalizers, excluding: falseNegatives,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
    normalizers.set(result.normalizers, at: indices)
    return result.step
  }

  /// A step, the samples' log u after it, twice, −∞ without negatives, and the slopes by log s of both views with the
  /// weights they have.
  func resultOfViews<A: Embeddings, B: Embeddings>(
    _ viewA: A, _ viewB: B, indices: [Int], normalizers: MovingNormalizers,
    excluding falseNegatives: FalseNegatives<A.Scalar>, of variables: TwoViewVariables,
    pass: LossPass
  ) throws(ContrastiveError) -> (
    step: LossStep<A.Scalar, TwoViewGradient<A.Scalar>>, normalizers: [Double],
    logScaleSlopes: [Double], weights: TermWeights
  ) where B.Scalar == A.Scalar {
    guard let rho else {
      throw .init(
        .loss, .choice(found: "the unscaled one", expected: "one that is multiplied by τ"))
    }
    let views = try TwoViewStep(
      viewA, viewB, excluding: falseNegatives, temperature: temperature, options: pass.options)
    let count = views.viewA.rowCount
    try requireSamples(indices, of: normalizers, rows: views.viewA)
    let function = GlobalContrastiveRow(
      gamma: gamma, rho: rho, isRelative: false, previous: normalizers.values(at: indices))
    let rows = views.stacked()
    let problem = try views.problem(function, of: variables, rows, pass: pass)
    let weights = try pass.weights(termCount: 2 * count)
    var result = try problem.run(options: pass.options)

    let moved = result.values
    let cosines = rows.rows(0..<count).dots(
      with: rows.rows(count..<2 * count), threads: pass.options.threads, on: pass.options.isa)
    result.values = moved.enumerated().map { row, normalizer in
      guard normalizer > -.infinity else { return 0 }
      return (normalizer + rho) / problem.scales[row] - cosines[row % count]
    }
    result.value = result.values.indices.reduce(0) { $0 + weights[$1] * result.values[$1] }
    let step = LossStep(
      result, gradient: views.gradient(result, of: variables), level: pass.diagnostics,
      hasSinglePositive: true, floor: nil)
    let shared = (0..<count).map { row in
      moved[row] == -.infinity
        ? -.infinity : logAddExp(moved[row], moved[count + row]) - .log(2)
    }
    return (step, shared + shared, result.logScaleSlopes, weights)
  }
}
