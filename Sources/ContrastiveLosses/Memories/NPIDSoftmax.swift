import ContrastiveBounds
public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Instance discrimination: every embedding is to find its own row among all rows of a memory.
///
/// For `N` embeddings x of length 1, a memory of `n` unit rows m, one for every image of the data set,
/// and the row yᵢ of each embedding's own image:
/// ```
/// Lᵢ = log Σⱼ exp(xᵢ·mⱼ/τ) − xᵢ·m_yᵢ/τ = softplus( ℓᵢ − xᵢ·m_yᵢ/τ )
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// with ℓᵢ over the n − 1 other rows: the softmax over all instances that NPID's noise-contrastive
/// estimation approximates. The memory is what the network said of the images an epoch ago: it takes no
/// gradient, so that loss and gradient need one pass over it, and no part of the N × n logits is kept.
///
/// The loss is log n when all embeddings and rows are equal, and 0 for n = 1. Its floor is
/// log(1 + (n − 1)·e^(−2/τ)), which embeddings of one image attain; those of several, whose rows are each
/// other's negatives, do not, unless n is 2. A batch with every row equally often has the greater floor
/// of n classes.
///
/// - Source: [Wu et al. 2018](https://arxiv.org/abs/1805.01978), eq. 2; equals `LinearAverage` with a
///   cross-entropy of the authors' code (lemniscate.pytorch@f7cfe29).
public struct NPIDSoftmax: Hashable, Sendable {
  /// τ, 0.07 in the paper.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) { self.temperature = temperature }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - embeddings: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - memory: `n × d`, at least one row.
  ///   - targets: N row indices of the memory, from 0 to n − 1.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the embeddings' terms.
  ///   - diagnostics: `.none` saves a few per cent.
  ///   - options: Threads, and the workspace; no logits are kept.
  /// - Throws: `ContrastiveError` if shapes do not fit, a target is no row of the memory, or a raw row
  ///   holds a NaN or an infinity.
  /// - Complexity: 2Nnd flops for the value, 4Nnd with the gradient, by GEMM; memory for the gradient
  ///   and a few tiles per thread.
  public func valueWithGradient<E: Embeddings>(
    embeddings: E, memory: UnitRows<E.Scalar>, targets: [Int],
    of variables: EmbeddingVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    let rows = try AnyEmbeddings(embeddings, named: .embeddings)
    let memory = try AnyEmbeddings(memory, named: .memory)
    try rows.requireRows()
    try memory.requireRows()
    try memory.requireColumnCount(as: rows)
    try rows.requireLabels(
      targets, below: memory.rowCount, named: .targets, of: .memory)
    var problem = OneWayProblem(
      queries: rows, queriesNeedGradient: variables.contains(.embeddings),
      candidates: Candidates(
        keys: [.init(rows: memory, roles: .targets(targets), needsGradient: false)],
        positives: .column), function: PositiveCrossEntropy(),
      scales: try temperature.scales(
        for: E.Scalar.self, rowCount: rows.rowCount, of: rows.name),
      weights: try LossPass(reduction: reduction, options: options).weights(
        termCount: rows.rowCount))
    problem.observes = diagnostics == .all
    let result = try problem.run(options: options)
    return LossStep(
      result,
      gradient: EmbeddingGradient(
        result, of: rows, temperature: temperature, variables: variables, options: options),
      level: diagnostics, hasSinglePositive: true,
      floor: try floor(targets, memoryCount: memory.rowCount, dimension: rows.columnCount))
  }

  private func floor(
    _ targets: [Int], memoryCount: Int, dimension: Int
  ) throws(ContrastiveError) -> LossBound? {
    let isBalanced = targets.isBalanced(over: memoryCount)
    let candidates: CandidateSet =
      isBalanced ? .classes(memoryCount) : .free(negatives: memoryCount - 1)
    let bound = try candidates.floor(unlessIndividual: temperature, dimension: dimension)
    let hasOneTarget = targets.allSatisfy { $0 == targets[0] }
    guard let bound, !isBalanced, !hasOneTarget, memoryCount > 2 else { return bound }
    return LossBound(value: bound.value, isAttainable: false)
  }
}
