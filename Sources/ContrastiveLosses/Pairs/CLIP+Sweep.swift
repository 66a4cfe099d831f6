import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine

extension CLIP {
  /// Returns the loss at several temperatures, from one product of images and texts.
  ///
  /// Each point equals a call of its own at that temperature, to rounding; its diagnostics are means over both
  /// directions. (``temperature`` itself is not used.)
  ///
  /// - Parameters:
  ///   - images: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - texts: `N × d`; row i belongs to row i of the images.
  ///   - falseNegatives: As for `valueWithGradient`.
  ///   - logWeights: What is added to candidates' logits; two products then.
  ///   - temperatures: Any number, in any order.
  ///   - keepingTerms: Whether the pairs' own losses are wanted too, at every temperature.
  ///   - options: Threads.
  /// - Throws: `ContrastiveError` as `valueWithGradient`, or for temperatures of rows.
  /// - Complexity: 2N²d flops by GEMM and 2N² exponentials for every temperature; memory for both sides' unit rows, for
  ///   a few numbers per row and temperature, and a few tiles.
  public func sweep<I: Embeddings, T: Embeddings>(
    images: I, texts: T, excluding falseNegatives: FalseNegatives<I.Scalar> = .none,
    logWeights: PairLogWeights? = nil, temperatures: [Temperature], keepingTerms: Bool = false,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> [SweepPoint<I.Scalar>] where T.Scalar == I.Scalar {
    try options.requireValid()
    let step = try TwoTowerStep(
      images, texts, excluding: falseNegatives, logWeights: logWeights, temperature: 1,
      options: options)
    var function = PositiveCrossEntropy()
    function.hasChance = logWeights == nil
    let problem = try step.problem(function, of: [], weights: .equal(1), observes: true)
    return try MutualEngine.sweep(
      problem, temperatures: temperatures, keepingTerms: keepingTerms, options: options
    ) { temperature throws(ContrastiveError) in
      try step.candidateSet?.floor(
        temperature: temperature, dimension: step.images.columnCount)
    }
  }
}
