public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveBounds
import ContrastiveKernels

/// The N-pair loss: of every class one pair, whose second row is to be found among the second rows of all.
///
/// For the classes with two rows or more, in ascending order of the label, the first row a of each and its second row
/// p; further rows do not count. With inner products without a temperature, of unit rows or of rows as they are:
/// ```
/// L_k = log Σ_l exp(a_k·p_l) − a_k·p_k
/// loss = the mean of L_k over the pairs
/// ```
/// That is ``InfoNCE`` of the pairs at τ = 1. Terms are the pairs; without one the loss is 0. At τ = 1 unit rows cannot
/// bring it below log(1 + (K − 1)·e^(−K/(K−1))) for K pairs; the paper has rows of any length, and regularises it.
/// A zero row has gradient 0; unless rows are not normalised, and it is a point like others.
///
/// - Source: [Sohn 2016](https://papers.nips.cc/paper/6200-improved-deep-metric-learning-with-multi-class-n-pair-loss-objective),
///   eq. 7, with rows not normalised; equals pytorch-metric-learning 2.9.0's `NPairsLoss` with `DotProductSimilarity`.
public struct NPairs: UntemperedLabelledLoss, Hashable {
  /// Whether inner products are of rows of length 1, as the package has them.
  public var isNormalized: Bool

  /// Creates the loss.
  public init(isNormalized: Bool = true) {
    self.isNormalized = isNormalized
  }

  /// Runs the loss.
  ///
  /// - Throws: As every ``LabelledLoss``, and `ContrastiveError` if inner products of rows that are not normalised may
  ///   overflow.
  /// - Complexity: 2K²d flops for the value and 6K²d with the gradient, for K pairs.
  public func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try pass.options.requireValid()
    var options = pass.options
    var rows = try AnyEmbeddings(embeddings, named: .embeddings)
    if !isNormalized {
      rows = rows.takenAsGiven
      // Logits are not bounded by 1, nor rows by what their codes assume.
      (options.alwaysTakesMaxima, options.screens, options.products) = (true, false, .full)
      // What little weights are of short rows may matter to long ones.
      if options.strategy == nil || options.strategy == .sparse { options.strategy = .kept }
    }
    try rows.requireRows()
    try rows.requireLabels(labels)
    if !isNormalized {
      let block = rows.matrix.block
      try block.dots(with: block, threads: options.threads, on: options.isa)
        .requireFinite(.innerProducts, as: E.Scalar.self, named: rows.name)
    }
    let pairs = Self.pairs(of: labels)
    let weights = try pass.weights(termCount: pairs.count)
    let needsRows = variables.contains(.embeddings)
    var gradient = EmbeddingGradient<E.Scalar>()
    let slopes: Block<E.Scalar>? =
      needsRows
      ? options.block(rowCount: rows.rowCount, columnCount: rows.columnCount, zeroed: true) : nil
    guard !pairs.isEmpty else {
      gradient.embeddings = slopes.map { Matrix($0) }
      return LossStep(
        value: 0, terms: [], gradient: gradient,
        diagnostics: pass.diagnostics == .all ? Diagnostics() : nil)
    }
    func side(_ list: [Int]) -> AnyEmbeddings<E.Scalar> {
      let room: Block<E.Scalar> = options.block(
        rowCount: list.count, columnCount: rows.columnCount)
      return AnyEmbeddings(unit: rows.unitRows(at: list, into: room), named: rows.name)
    }
    var problem = OneWayProblem(
      queries: side(pairs.map { $0.anchor }), queriesNeedGradient: needsRows,
      candidates: Candidates(
        keys: [
          .init(rows: side(pairs.map { $0.positive }), roles: .diagonal, needsGradient: needsRows)
        ], positives: .column), function: PositiveCrossEntropy(), scales: .one(1), weights: weights)
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: options)
    for (pair, (anchor, positive)) in pairs.enumerated() {
      for (row, part) in [(anchor, result.queryGradient), (positive, result.keyGradients[0])] {
        guard let part else { continue }
        slopes?.rows(row..<row + 1).copy(part.rows(pair..<pair + 1))
      }
    }
    gradient.embeddings = rows.gradient(fromUnit: slopes, options: options)
    var step = LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: true,
      floor: isNormalized
        ? try CandidateSet.inBatch(size: pairs.count).floor(
          temperature: Temperature(scale: 1), dimension: rows.columnCount) : nil)
    if !isNormalized { step.forgetSimilarities() }
    return step
  }

  /// The first two rows of every class that has them, the classes in order.
  static func pairs(of labels: [Int]) -> [(anchor: Int, positive: Int)] {
    let rows = Dictionary(grouping: labels.indices) { labels[$0] }
    return rows.sorted { $0.key < $1.key }.filter { $0.value.count > 1 }.map {
      (anchor: $0.value[0], positive: $0.value[1])
    }
  }
}
