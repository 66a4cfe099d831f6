public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Late interaction: InfoNCE of scores that sum each query token's
/// largest cosine with a document's tokens.
///
/// For N queries and M ≥ N documents of token embeddings, of which
/// document i belongs to query i, and the scores S of every
/// ``TokenLoss``:
/// ```
/// Lᵢ = log Σⱼ exp(s·Sᵢⱼ) − s·Sᵢᵢ
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// Documents beyond the N are negatives of all queries. The term of a
/// query without tokens is log M. With one document the loss is 0, and
/// log M when all embeddings are equal. As s·S has no largest value but
/// s times a query's tokens, no floor is reported.
///
/// ```swift
/// let loss = MaxSimInfoNCE(temperature: 0.05)
/// let step = try loss.valueWithGradient(
///   queries: TokenRows(q, lengths: queryLengths),
///   documents: TokenRows(d, lengths: documentLengths))
/// ```
/// - Source: [Khattab & Zaharia 2020](https://arxiv.org/abs/2004.12832),
///   eq. 3; equals torch's cross-entropy of sentence-transformers
///   6.2.0's `util.similarity.maxsim`, times a scale, in the input's
///   precision.
public struct MaxSimInfoNCE: TokenLoss {
  /// τ, and with it the scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) {
    self.temperature = temperature
  }

  /// Runs the loss.
  ///
  /// - Complexity: As every ``TokenLoss``.
  public func step<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, excluding exclusion: Exclusion,
    logWeights: PairLogWeights?, of variables: TokenVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, TokenGradient<Scalar>> {
    let step = try TokenStep(
      queries, documents, excluding: exclusion,
      expecting: .atLeast(queries.lengths.count, .because("one document per query")),
      options: pass.options)
    let count = step.queryCount
    let logWeights = try step.checked(logWeights, bothWays: false)
    let weights = try pass.weights(termCount: count)
    return try step.run(of: variables, options: pass.options) {
      scores, variables throws(ContrastiveError) in
      try SoftmaxCrossEntropy(temperature: temperature).step(
        logits: scores, labels: Array(0..<count),
        scales: temperature.scales(for: Double.self, rowCount: count, of: .queries),
        weights: weights, negativeCounts: step.negativeCounts, logWeights: logWeights,
        of: variables,
        diagnostics: pass.diagnostics, options: pass.options)
    }
  }
}
