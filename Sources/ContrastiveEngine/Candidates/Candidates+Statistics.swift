public import ContrastiveEmbeddings
import ContrastiveKernels

extension Candidates {
  /// Returns what softmaxes need to know of the rows' negatives: the first phase of every loss, by itself.
  ///
  /// For keys that come in blocks, from files or from elsewhere, statistics of each block merge:
  /// ```swift
  /// var statistics: RowStatistics?
  /// for block in blocks {
  ///   var candidates = try Candidates(ownPositives: positives)
  ///   try candidates.add(block)
  ///   let next = try candidates.statistics(
  ///     of: queries, scales: [1 / 0.07])
  ///   if statistics == nil {
  ///     statistics = next
  ///   } else {
  ///     try statistics?.merge(next)
  ///   }
  /// }
  /// ```
  /// - Parameters:
  ///   - queries: `N × d`, at least one row.
  ///   - scales: s = 1/τ of every temperature that is of interest: the exponents of the result, whose logits are cosines.
  ///   - detail: What to keep besides sums: hardest negatives, a histogram of cosines.
  ///   - options: Threads.
  /// - Returns: Statistics of N rows, with ranks where every row has one positive.
  /// - Throws: `ContrastiveError` for shapes that do not fit, or a scale that is not positive and finite.
  /// - Complexity: 2NMd flops, and NM exponentials for every scale; memory for a few numbers per row and scale.
  public func statistics<Q: Embeddings>(
    of queries: Q, scales: [Double], keeping detail: StatisticsDetail = .none,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> RowStatistics where Q.Scalar == Scalar {
    try options.requireValid()
    let rows = try AnyEmbeddings(queries, named: .queries)
    try rows.requireRows()
    for scale in scales { _ = try Temperature(scale: scale).scale(for: Scalar.self) }
    guard !scales.isEmpty else {
      throw .init(.scales, .count(found: 0, expected: .atLeast(1)))
    }
    var problem = OneWayProblem(
      queries: rows, queriesNeedGradient: false,
      candidates: try checked(for: rows, needingGradient: false),
      function: Exponents(exponents: scales), scales: .one(1), weights: .equal(1))
    problem.detail = detail
    var result: RowStatistics?
    try OneWayEngine(problem, options: options).statistics { _, statistics, _ in
      result = result.map { $0.appending(statistics) } ?? statistics
      return true
    }
    return result ?? RowStatistics(rowCount: 0, exponents: scales)
  }
}
