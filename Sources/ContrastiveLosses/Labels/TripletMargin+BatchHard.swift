public import ContrastiveEmbeddings
public import ContrastiveEngine

extension TripletMargin: UntemperedLabelledLoss {
  /// Runs the loss of the selected triplets in a labelled batch: by default every row's hardest.
  ///
  /// Of the hardest a row is the anchor of one triplet: with the farthest row of its label and the nearest row of
  /// another, the first of those that are equally far. A row without another of its label, or in a batch
  /// of one label, is no anchor, and has no term. The gradient is that of the chosen rows' distances.
  ///
  /// Similarities in tiles say which rows can be the hardest; where rounding leaves several, as among
  /// duplicates, Σ(x − y)² decides. (Where that is most of the batch, in a collapsed model, it is slower
  /// than all the rest.)
  ///
  /// Of the other selections all triplets count that are of the kind, in order of anchor, positive and negative; there may
  /// be some n³ of them, and each takes memory.
  ///
  /// - Source: [Hermans et al. 2017](https://arxiv.org/abs/1703.07737), eq. 5 (`.euclidean`, not
  ///   normalised); equals pytorch-metric-learning's `TripletMarginLoss` on the triplets of its
  ///   `BatchHardMiner`, or of its `TripletMarginMiner` of the same margin and type.
  /// - Throws: `ContrastiveError` if shapes do not fit, a row holds a NaN or an infinity, the margin is
  ///   negative or not finite, or a squared distance of rows that are not normalised may overflow.
  /// - Complexity: 2n²d flops by GEMM; O(n·d) for the gradient; memory for unit rows, the gradient and
  ///   a tile per thread. Of other selections O(n²·d), and O(d) for each triplet.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let options = pass.options
    let rows = try rows(embeddings, named: .embeddings)
    let unit = AnyEmbeddings(unit: rows.unitBlock(options: options), named: .embeddings)
    let triplets = try selected(of: unit, labels: labels, options: options)
    let slopes: Block<E.Scalar>? =
      variables.contains(.embeddings)
      ? options.block(rowCount: rows.rowCount, columnCount: rows.columnCount, zeroed: true) : nil
    func part(_ index: KeyPath<Triplet, Int>) -> TripletEngine<E.Scalar>.Rows {
      .init(unit, indices: triplets.map { $0[keyPath: index] }, gradient: slopes)
    }
    let result = try TripletEngine(
      loss: self, anchors: part(\.anchor), positives: part(\.positive),
      negatives: part(\.negative), count: triplets.count, options: options
    ).run(reduction: pass.reduction, observes: pass.diagnostics == .all)
    var gradient = EmbeddingGradient<E.Scalar>()
    gradient.embeddings = rows.gradient(fromUnit: slopes, options: options)
    return LossStep(
      value: E.Scalar(result.value), terms: result.values.map { E.Scalar($0) },
      gradient: gradient, diagnostics: result.diagnostics)
  }

  /// The triplets whose terms the loss of a labelled batch is made of.
  ///
  /// - Parameters: As for the loss of a labelled batch.
  /// - Throws: As that loss.
  public func selectedTriplets<E: Embeddings>(
    embeddings: E, labels: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> [Triplet] {
    try options.requireValid()
    let rows = try rows(embeddings, named: .embeddings)
    return try selected(
      of: AnyEmbeddings(unit: rows.unitBlock(options: options), named: .embeddings),
      labels: labels, options: options)
  }

  private func selected<Scalar>(
    of rows: AnyEmbeddings<Scalar>, labels: [Int], options: ComputeOptions
  ) throws(ContrastiveError) -> [Triplet] {
    guard selection != .hardest else {
      return try hardest(of: rows, labels: labels, options: options)
    }
    let groups = try LabelGroups(labels, for: rows)
    let block = rows.matrix.block
    try block.dots(with: block, threads: options.threads, on: options.isa)
      .requireFinite(.squaredDistances, as: Scalar.self, named: .embeddings)
    return try SelectedTriplets(loss: self, rows: block, groups: groups, options: options).run()
  }

  /// Every row's hardest triplet, in order of the rows, whatever the selection.
  ///
  /// - Parameters: As for the loss of a labelled batch.
  /// - Throws: As that loss.
  public func hardestTriplets<E: Embeddings>(
    embeddings: E, labels: [Int], options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> [Triplet] {
    try options.requireValid()
    let rows = try rows(embeddings, named: .embeddings)
    return try hardest(
      of: AnyEmbeddings(unit: rows.unitBlock(options: options), named: .embeddings),
      labels: labels, options: options)
  }

  private func hardest<Scalar>(
    of rows: AnyEmbeddings<Scalar>, labels: [Int], options: ComputeOptions
  ) throws(ContrastiveError) -> [Triplet] {
    try HardestTriplets(
      loss: self, rows: rows.matrix.block, groups: LabelGroups(labels, for: rows),
      options: options
    ).run()
  }
}
