public import ContrastiveEmbeddings
public import ContrastiveEngine

/// Late interaction both ways: queries find their documents, and
/// documents their queries.
///
/// For N queries and N documents of token embeddings, of which document
/// i belongs to query i, and the scores S of every ``TokenLoss``:
/// ```
/// Lᵢ = ½ [ log Σⱼ exp(s·Sᵢⱼ) + log Σⱼ exp(s·Sⱼᵢ) ] − s·Sᵢᵢ
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// Scores sum over a query's tokens either way: a document is compared
/// with longer queries at larger scores than with shorter ones, and
/// queries of one length are what this is for, as those that are filled
/// up with mask tokens. For scores of both sides' tokens, as FILIP has
/// them, average ``MaxSimInfoNCE`` of queries among documents with that
/// of documents among queries.
///
/// With one pair the loss is 0, and log N when all embeddings are equal
/// and queries are of one length. No floor is known.
///
/// - Source: ``CLIP`` of ColBERT's scores; equals the mean of torch's
///   cross-entropies of sentence-transformers 6.2.0's
///   `util.similarity.maxsim`, times a scale, and of its transpose.
public struct MaxSimCLIP: TokenLoss {
  /// τ, and with it the scale s = 1/τ: one, one for each pair, or one for each query and then for each document.
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
      expecting: .exactly(queries.lengths.count, .because("one document per query")),
      options: pass.options)
    let count = step.queryCount
    let logWeights = try step.checked(logWeights, bothWays: true)
    let weights = try pass.weights(termCount: count).halvedForBothWays
    return try step.run(of: variables, options: pass.options) {
      scores, variables throws(ContrastiveError) in
      // Queries among documents, and then documents among queries.
      let both = Matrix<Double>(rowCount: 2 * count, columnCount: count) { row, column in
        row < count ? scores[row, column] : scores[column, row - count]
      }
      let result = try SoftmaxCrossEntropy(temperature: temperature).step(
        logits: both, labels: (0..<2 * count).map { $0 % count },
        scales: temperature.scales(for: Double.self, rowCount: count, sides: 2, of: .queries),
        weights: weights, negativeCounts: step.negativeCounts, logWeights: logWeights,
        of: variables,
        diagnostics: pass.diagnostics, options: pass.options)
      var gradient = result.gradient
      gradient.logits = gradient.logits.map { slopes in
        Matrix(rowCount: count, columnCount: count) { row, column in
          slopes[row, column] + slopes[count + column, row]
        }
      }
      var mean = LossStep(
        value: result.value,
        terms: (0..<count).map { (result.terms[$0] + result.terms[count + $0]) / 2 },
        gradient: gradient, diagnostics: result.diagnostics)
      // To a document longer queries are more, of equal tokens, too.
      if Set(queries.lengths).count > 1 { mean.forgetChance() }
      return mean
    }
  }
}
