public import ContrastiveEmbeddings
public import ContrastiveEngine

extension InfoNCE {
  /// Returns the loss at several temperatures, from one product of queries and candidates.
  ///
  /// Each point equals a call of its own at that temperature, to rounding: the loss, dL/d(log s), the entropy and the
  /// number of negatives that share the gradient, accuracies, floor and chance. (``temperature`` itself is not used.)
  ///
  /// ```swift
  /// let grid = stride(from: 0.01, through: 0.2, by: 0.01)
  /// let temperatures = try grid.map { try Temperature($0) }
  /// for point in try loss.sweep(
  ///   queries: q, positives: k, temperatures: temperatures
  /// ) {
  ///   print(point.temperature.value, point.value)
  /// }
  /// ```
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not, and a `RowSource` is read and
  ///     normalised tile by tile.
  ///   - positives: `N × d`; row i is the positive of query i.
  ///   - negatives: Which rows are negatives of a query.
  ///   - falseNegatives: Which of them are left out; not for paired negatives.
  ///   - logWeights: What is added to candidates' logits.
  ///   - temperatures: Any number, in any order.
  ///   - keepingTerms: Whether the queries' own losses are wanted too, at every temperature.
  ///   - options: Threads.
  ///   - continuing: Told how many queries are done, after every block of them; `false` ends the sweep there, and its
  ///     points are those of these queries, against all candidates and without a floor, which bounds the mean over all
  ///     queries only. With paired negatives it is asked after every temperature, and `false` leaves out the rest.
  /// - Throws: `ContrastiveError` as `valueWithGradient`, or for temperatures of rows.
  /// - Complexity: 2NMd flops by GEMM and NM exponentials for every temperature; memory for a few tiles per thread,
  ///   and none of the size of N or M besides the arrays. Paired negatives take a product for every temperature.
  public func sweep<Q: Embeddings, P: Embeddings>(
    queries: Q, positives: P, negatives: Negatives<Q.Scalar> = .inBatch,
    excluding falseNegatives: FalseNegatives<Q.Scalar> = .none, logWeights: LogWeights? = nil,
    temperatures: [Temperature], keepingTerms: Bool = false,
    options: ComputeOptions = ComputeOptions(),
    continuing: (_ queryCount: Int) -> Bool = { _ in true }
  ) throws(ContrastiveError) -> [SweepPoint<Q.Scalar>] where P.Scalar == Q.Scalar {
    try options.requireValid()
    var loss = self
    loss.temperature = 1
    return try InfoNCEStep(
      loss, queries: queries, positives: positives, negatives: negatives,
      falseNegatives: falseNegatives, logWeights: logWeights, variables: [],
      pass: LossPass(options: options)
    ).sweep(over: temperatures, keepingTerms: keepingTerms, continuing: continuing)
  }
}
