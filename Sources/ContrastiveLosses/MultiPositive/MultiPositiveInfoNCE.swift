public import ContrastiveEmbeddings
public import ContrastiveEngine

/// InfoNCE of queries that may have several positives among the keys, N queries against M keys, one way.
///
/// For cosines c, logits z = c/τ and the positives P(i) of query i, which ``PairPositives`` tells, in the form
/// ``PositiveForm/meanOutside``
/// ```
/// Lᵢ = log Σⱼ exp zᵢⱼ − 1/|P(i)| Σ_{p∈P(i)} zᵢₚ
/// loss = the mean of Lᵢ over the queries that have a positive
/// ```
/// and in the two others as they say. Every key is a candidate of every query, but for those left out. A query
/// without a positive has the term 0, and is not counted in the mean. With one positive a query all forms are
/// ``InfoNCE``.
///
/// Of equal embeddings a term with p positives and n negatives is log(n + p), log(1 + n) and log(1 + n/p). The floor,
/// of positives by ids, is
/// ```
/// log b + log(1 + (G−1) e^(−G/((G−1)τ)))    mean outside
/// log(1 + b(G−1) e^(−G/((G−1)τ)))           each against negatives
/// ```
/// for G ids with b keys each and equally many queries each, reached from G − 1 dimensions; otherwise, and of
/// the sum inside, the mean of the terms at cosines 1 and −1, which only one or two ids reach. Of lists, with keys
/// left out, log-weights or temperatures of rows none is known.
///
/// - Source: ``PositiveForm`` names papers and libraries.
public struct MultiPositiveInfoNCE: Hashable, Sendable {
  /// τ, and with it NormFace's scale s = 1/τ: one, or one for each query.
  public var temperature: Temperature

  /// Where the sum or mean over the positives stands.
  public var form: PositiveForm

  /// Creates the loss.
  public init(temperature: Temperature, form: PositiveForm) {
    self.temperature = temperature
    self.form = form
  }

  public typealias Variables = PairVariables
  public typealias Gradient = PairGradient

  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, positives: PairPositives, excluding exclusion: Exclusion = .none,
    logWeights: [Double]? = nil, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Q.Scalar where K.Scalar == Q.Scalar {
    try valueWithGradient(
      queries: queries, keys: keys, positives: positives, excluding: exclusion,
      logWeights: logWeights, of: [], reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is
  ///     normalised, `UnitRows` are not.
  ///   - keys: `M × d`, at least one row.
  ///   - positives: Which keys are a query's positives.
  ///   - exclusion: Which of the other keys are no negatives of a
  ///     query. Positives stay.
  ///   - logWeights: M numbers added to the keys' logits. Chance
  ///     and floor are unknown then.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the N terms; the mean is over
  ///     the queries that have a positive.
  ///   - diagnostics: `.none` saves a few per cent. There are no
  ///     ranks.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes, ids or lists do not
  ///   fit, a raw row holds a NaN or an infinity, or weighted
  ///   positives meet `.sumInside`.
  /// - Complexity: 2NMd flops for the value, 6NMd with gradients
  ///   (8NMd where logits do not fit `options.keptByteCount`), by
  ///   GEMM; memory O((N + M)d), and 8 bytes (12 in `Double`)
  ///   for every pair of a query and a positive.
  public func valueWithGradient<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, positives: PairPositives, excluding exclusion: Exclusion = .none,
    logWeights: [Double]? = nil, of variables: PairVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try step(
      queries: queries, keys: keys, positives: positives, excluding: exclusion,
      logWeights: logWeights, of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every query's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, positives: PairPositives, excluding exclusion: Exclusion = .none,
    logWeights: [Double]? = nil, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Q.Scalar, PairVariables, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        queries: queries, keys: keys, positives: positives, excluding: exclusion,
        logWeights: logWeights, of: variables, pass: pass)
    }
  }

  private func step<Q: Embeddings, K: Embeddings>(
    queries: Q, keys: K, positives: PairPositives, excluding exclusion: Exclusion,
    logWeights: [Double]?, of variables: PairVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, PairGradient<Q.Scalar>>
  where K.Scalar == Q.Scalar {
    typealias Scalar = Q.Scalar
    let options = pass.options
    let pairs = try MultiPositivePairs(
      try AnyEmbeddings(queries, named: .queries), try AnyEmbeddings(keys, named: .keys),
      positives: positives, excluding: exclusion)
    let (rows, columns) = (pairs.rows, pairs.columns)
    let biases = try Candidates<Scalar>.checked(logWeights, count: columns.rowCount)
    let counts = pairs.rowCounts
    let function = try form.function(shares: pairs.shares?.rows)
    var problem = OneWayProblem(
      queries: rows, queriesNeedGradient: variables.contains(.queries),
      candidates: Candidates(
        keys: [
          .init(
            rows: columns, roles: pairs.roles, needsGradient: variables.contains(.keys),
            excluded: pairs.excluded, biases: biases)
        ], positives: .columns),
      function: function,
      scales: try temperature.scales(for: Scalar.self, rowCount: rows.rowCount, of: rows.name),
      weights: try pass.weights(of: [counts]))
    problem.observes = pass.diagnostics == .all
    let result = try problem.run(options: options)

    let gradient = PairGradient<Scalar>(
      queries: rows.gradient(fromUnit: result.queryGradient, options: options),
      keys: columns.gradient(fromUnit: result.keyGradients[0], options: options),
      byTemperature: TemperatureGradient(
        logScaleSlopes: result.logScaleSlopes, at: temperature, of: variables))
    var step = LossStep(
      result, gradient: gradient, level: pass.diagnostics, hasSinglePositive: false, floor: nil)
    step.diagnostics?.chance = logWeights == nil ? counts.chance(of: function) : nil
    if logWeights == nil, pairs.excluded == nil,
      let floor = try positives.groupFloor?.oneWay(
        form, temperature: temperature, dimension: rows.columnCount)
    {
      step.diagnostics?.setFloor(floor, mean: counts.mean(of: result.values))
    }
    return step
  }
}
