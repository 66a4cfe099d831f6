import ContrastiveEmbeddings
import ContrastiveEngine

/// A loss of the scores of queries and documents of tokens, and what follows for these.
struct TokenStep<Scalar: EmbeddingScalar> {
  /// What a loss makes of a matrix of scores: `logits` are the slopes by these.
  typealias OfScores = LossStep<Double, SoftmaxCrossEntropy.Gradient<Double>>

  private let queries: AnyEmbeddings<Scalar>
  private let documents: AnyEmbeddings<Scalar>
  private let engine: MaxSimEngine<Scalar>
  private let excluded: ExcludedColumns?
  let queryCount: Int
  let documentCount: Int

  /// - Parameters:
  ///   - documentCounts: How many documents there have to be for so many queries.
  ///   - ownCount: How many documents are each query's own; `nil` where all are every query's.
  init(
    _ queries: TokenRows<Scalar>, _ documents: TokenRows<Scalar>, excluding exclusion: Exclusion,
    expecting documentCounts: ContrastiveError.Count, ownCount: Int? = nil,
    options: ComputeOptions
  ) throws(ContrastiveError) {
    try options.requireValid()
    self.queries = try AnyEmbeddings(queries.rows, named: .queries)
    self.documents = try AnyEmbeddings(documents.rows, named: .documents)
    try self.documents.requireColumnCount(as: self.queries)
    (queryCount, documentCount) = (queries.lengths.count, documents.lengths.count)
    guard queryCount > 0 else {
      throw .init(.queryLengths, .count(.number, found: 0, expected: .atLeast(1)))
    }
    let number = documentCounts.number
    guard documentCounts.comparison == .exactly ? documentCount == number : documentCount >= number
    else {
      throw .init(.documentLengths, .count(found: documentCount, expected: documentCounts))
    }
    if let index = documents.lengths.firstIndex(of: 0) {
      throw .init(.documentLengths, row: index, .integer(found: 0, expected: .positive))
    }
    excluded = try exclusion.columns(
      rowCount: queryCount, columnCount: documentCount, besides: .diagonal)
    engine = MaxSimEngine(
      queries: self.queries, documents: self.documents, queryRanges: queries.ranges,
      documentRanges: documents.ranges, ownCount: ownCount, options: options)
  }

  /// How many negatives every query has among documents, and then every document among queries; `nil` where all are.
  var negativeCounts: [Int]? {
    excluded.map { excluded in
      let queries = excluded.transposed(columnCount: documentCount)
      return (0..<queryCount).map { documentCount - 1 - excluded.count(ofRow: $0) }
        + (0..<documentCount).map { queryCount - 1 - queries.count(ofRow: $0) }
    }
  }

  /// Log-weights of documents as candidates, and then of queries where these are candidates too; `nil` without any.
  ///
  /// - Throws: `ContrastiveError` unless there is one for each candidate that logits can hold.
  func checked(
    _ logWeights: PairLogWeights?, bothWays: Bool
  ) throws(ContrastiveError) -> [[Double]]? {
    guard let logWeights else { return nil }
    guard bothWays || logWeights.rows == nil else { throw logWeights.errorOfRows }
    let documents = try Candidates<Double>.checked(
      logWeights.columns, count: documentCount, named: .logWeightsOfColumns)
    let queries = try Candidates<Double>.checked(
      logWeights.rows, count: queryCount, named: .logWeightsOfRows)
    guard documents != nil || queries != nil else { return nil }
    func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }
    return [documents ?? zeros(documentCount)] + (bothWays ? [queries ?? zeros(queryCount)] : [])
  }

  /// - Parameter loss: Takes a row of scores for each query, −∞ of what is left out, and what to differentiate by.
  func run(
    of variables: TokenVariables, options: ComputeOptions,
    _ loss: (_ scores: Matrix<Double>, SoftmaxCrossEntropy.Variables) throws(ContrastiveError) ->
      OfScores
  ) throws(ContrastiveError) -> LossStep<Scalar, TokenGradient<Scalar>> {
    let needsTokens = !variables.isDisjoint(with: [.queries, .documents])
    let (all, matches) = try engine.scores(finding: needsTokens)
    var scores = all
    if let excluded {
      for query in 0..<queryCount {
        excluded.forEach(ofRow: query, in: 0..<documentCount) { scores[query, $0] = -.infinity }
      }
    }
    let readings = variables.subtracting([.queries, .documents])
    var wanted = SoftmaxCrossEntropy.Variables(rawValue: readings.rawValue)
    if needsTokens { wanted.insert(.logits) }
    // A row of scores is a query's.
    let names: [ContrastiveError.Argument: ContrastiveError.Argument] = [
      .logits: .queries, .studentLogits: .queries, .teacherLogits: .teacherScores,
    ]
    let step = try naming(names) { () throws(ContrastiveError) in
      try loss(scores, wanted)
    }
    var gradient = TokenGradient<Scalar>()
    if let slopes = step.gradient.logits {
      let blocks = try engine.gradients(
        slopes, matches, ofQueries: variables.contains(.queries),
        ofDocuments: variables.contains(.documents))
      gradient.queries = queries.gradient(fromUnit: blocks.queries, options: options)
      gradient.documents = documents.gradient(fromUnit: blocks.documents, options: options)
    }
    gradient.byTemperature = TemperatureGradient(converting: step.gradient.byTemperature)
    return LossStep(
      value: Scalar(step.value), terms: step.terms.map { Scalar($0) }, gradient: gradient,
      diagnostics: step.diagnostics)
  }
}

extension TemperatureGradient {
  /// Derivatives in another precision.
  fileprivate init(converting other: TemperatureGradient<Double>) {
    self.init()
    temperature = other.temperature.map { Scalar($0) }
    scale = other.scale.map { Scalar($0) }
    logScale = other.logScale.map { Scalar($0) }
    temperatures = other.temperatures.map { $0.map { Scalar($0) } }
    scales = other.scales.map { $0.map { Scalar($0) } }
    logScales = other.logScales.map { $0.map { Scalar($0) } }
  }
}
