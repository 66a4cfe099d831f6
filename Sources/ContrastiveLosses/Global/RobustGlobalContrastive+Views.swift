public import ContrastiveEmbeddings
public import ContrastiveEngine

extension RobustGlobalContrastive {
  /// Returns the loss of two views that a step would report, and moves nothing.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, indices: [Int], normalizers: MovingNormalizers,
    temperatures: IndividualTemperatures,
    excluding falseNegatives: FalseNegatives<A.Scalar> = .none, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> A.Scalar where B.Scalar == A.Scalar {
    let rows = try AnyEmbeddings(viewA, named: .viewA)
    return try loss(of: indices, rows: rows, temperatures: temperatures).value(
      viewA: viewA, viewB: viewB, indices: indices, normalizers: normalizers,
      excluding: falseNegatives, reduction: reduction, options: options)
  }

  /// Moves the normalizers and the temperatures of a batch's samples, and returns the loss of two views of them, its
  /// gradient and its diagnostics.
  ///
  /// The loss is that of ``GlobalContrastive`` of two views, which share
  /// their sample's temperature too: it moves by the mean of their
  /// slopes, and images and texts of the temperatures are the same. The
  /// weights are of 2N terms, those of view A first; a sample one of
  /// whose terms has weight 0 keeps its temperature.
  ///
  /// - Parameters: As of images and texts, with views in their places.
  /// - Throws: As ``GlobalContrastive``, and `ContrastiveError` for an
  ///   index that is no sample's of the temperatures.
  /// - Complexity: As ``NTXent``.
  /// - Source: [Qiu et al. 2023](https://arxiv.org/abs/2305.11965);
  ///   normalizers and temperatures equal those of LibAUC 2.0.1's
  ///   `GCLoss_v1` with `enable_isogclr`, whose gradient by embeddings is
  ///   twice this.
  public func valueWithGradient<A: Embeddings, B: Embeddings>(
    viewA: A, viewB: B, indices: [Int], normalizers: inout MovingNormalizers,
    temperatures: inout IndividualTemperatures,
    excluding falseNegatives: FalseNegatives<A.Scalar> = .none,
    of variables: TwoViewVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<A.Scalar, TwoViewGradient<A.Scalar>>
  where B.Scalar == A.Scalar {
    let rows = try AnyEmbeddings(viewA, named: .viewA)
    let loss = try loss(of: indices, rows: rows, temperatures: temperatures)
    let result = try loss.resultOfViews(
      viewA, viewB, indices: indices, normalizers: normalizers, excluding: falseNegatives,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
    let slopes = slopes(
      result.normalizers, result.logScaleSlopes, result.weights, of: loss)
    let means = indices.indices.map { row in
      slopes[row].flatMap { own in slopes[indices.count + row].map { (own + $0) / 2 } }
    }
    normalizers.set(result.normalizers, at: indices)
    temperatures.update(indices, by: means + means)
    return result.step
  }
}
