public import ContrastiveEmbeddings
public import ContrastiveEngine
import ContrastiveKernels

/// Late interaction: InfoNCE of scores that sum each query token's largest cosine with a document's
/// tokens.
///
/// For N queries and M ≥ N documents of token embeddings, of which document i belongs to query i:
/// ```
/// Sᵢⱼ = Σ_{t ∈ query i} max_{u ∈ document j} cos(t, u)
/// Lᵢ = log Σⱼ exp(s·Sᵢⱼ) − s·Sᵢᵢ
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// A sum over tokens and not a mean: longer queries have larger scores. Tokens are normalised.
/// Documents beyond the N are negatives of all queries. The gradient goes through the largest cosine; where
/// several tokens of a document have it, equal to the last bit of an inner product, they share
/// the derivative equally.
///
/// A query without tokens scores 0 everywhere, and its term is log M; a document without tokens is
/// refused. A zero token has cosine 0 with all, and gradient 0. With one document the loss is 0, and
/// log M when all embeddings are equal. As s·S has no largest value but s times a query's tokens, no
/// floor is reported.
///
/// ```swift
/// let loss = MaxSimInfoNCE(temperature: 0.05)
/// let step = try loss.valueWithGradient(
///   queries: TokenRows(q, lengths: queryLengths),
///   documents: TokenRows(d, lengths: documentLengths))
/// ```
/// - Source: [Khattab & Zaharia 2020](https://arxiv.org/abs/2004.12832), eq. 3; equals torch's
///   cross-entropy of sentence-transformers 6.2.0's `util.similarity.maxsim`, times a scale, in the input's precision.
public struct MaxSimInfoNCE: TemperedLoss, Hashable {
  /// τ, and with it the scale s = 1/τ.
  public var temperature: Temperature

  /// Creates the loss.
  public init(temperature: Temperature) {
    self.temperature = temperature
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The queries' tokens.
    public static let queries = Variables(rawValue: 1)
    /// The documents' tokens.
    public static let documents = Variables(rawValue: 2)
    /// Both, and the temperature in its three readings.
    public static let all: Variables = [.queries, .documents, .temperature, .scale, .logScale]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: TemperedGradient {
    /// By the queries' tokens, a row for each: through the normalisation.
    public internal(set) var queries: Matrix<Scalar>?
    /// By the documents' tokens.
    public internal(set) var documents: Matrix<Scalar>?
    /// dL/dτ, dL/ds and dL/d(log s).
    public internal(set) var byTemperature = TemperatureGradient<Scalar>()

    public var byArrays: [NamedGradient<Scalar>] {
      [("queries", queries), ("documents", documents)]
    }
  }

  /// Returns the loss, its gradient, and the accuracies and entropy of the same pass.
  ///
  /// - Parameters:
  ///   - queries: N sequences, at least one.
  ///   - documents: M ≥ N sequences, each of a token at least; document i belongs to query i.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the queries' terms.
  ///   - level: `.none` leaves out accuracies and entropy.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a token holds a NaN or an infinity.
  /// - Complexity: For T and U tokens of d coordinates of all queries and documents 2TUd flops by GEMM, and with
  ///   the gradients 4TMd more; memory for a tile a thread, and 12 bytes for each token of a query and document.
  public func valueWithGradient<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, of variables: Variables = .all,
    reduction: Reduction = .mean, diagnostics level: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Scalar, Gradient<Scalar>> {
    try options.requireValid()
    let (queryRows, documentRows) = (
      try AnyEmbeddings(queries.rows, named: .queries),
      try AnyEmbeddings(documents.rows, named: .documents)
    )
    try documentRows.requireColumnCount(as: queryRows)
    let queryCount = queries.lengths.count
    guard queryCount > 0 else {
      throw .init(.queryLengths, .count(.number, found: 0, expected: .atLeast(1)))
    }
    guard documents.lengths.count >= queryCount else {
      throw .init(
        .documentLengths,
        .count(
          found: documents.lengths.count,
          expected: .atLeast(queryCount, .because("one document per query"))))
    }
    if let index = documents.lengths.firstIndex(of: 0) {
      throw .init(.documentLengths, row: index, .integer(found: 0, expected: .positive))
    }
    let needsTokens = !variables.isDisjoint(with: [.queries, .documents])
    let engine = MaxSimEngine(
      queries: queryRows, documents: documentRows, queryRanges: queries.ranges,
      documentRanges: documents.ranges, options: options)
    let (scores, matches) = engine.scores(finding: needsTokens)
    // In double precision whatever the tokens': a sum over tokens has lost digits enough.
    let readings = variables.subtracting([.queries, .documents])
    var wanted = SoftmaxCrossEntropy.Variables(rawValue: readings.rawValue)
    if needsTokens { wanted.insert(.logits) }
    let step: LossStep<Double, SoftmaxCrossEntropy.Gradient<Double>>
    do {
      step = try SoftmaxCrossEntropy(temperature: temperature).valueWithGradient(
        logits: scores, labels: Array(0..<queryCount), of: wanted, reduction: reduction,
        diagnostics: level, options: options)
    } catch {
      // A row of scores is a query's.
      throw error.renamed { $0 == .logits ? .queries : $0 }
    }
    var gradient = Gradient<Scalar>()
    if let slopes = step.gradient.logits {
      let blocks = engine.gradients(
        slopes, matches, ofQueries: variables.contains(.queries),
        ofDocuments: variables.contains(.documents))
      gradient.queries = queryRows.gradient(fromUnit: blocks.queries, options: options)
      gradient.documents = documentRows.gradient(fromUnit: blocks.documents, options: options)
    }
    gradient.byTemperature = TemperatureGradient(converting: step.gradient.byTemperature)
    return LossStep(
      value: Scalar(step.value), terms: step.terms.map { Scalar($0) }, gradient: gradient,
      diagnostics: step.diagnostics)
  }
}

extension MaxSimInfoNCE {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Scalar {
    try valueWithGradient(
      queries: queries, documents: documents, of: [], reduction: reduction, diagnostics: .none,
      options: options
    ).value
  }

  /// Returns every query's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Scalar, Variables, Gradient<Scalar>> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        queries: queries, documents: documents, of: variables, reduction: pass.reduction,
        diagnostics: pass.diagnostics, options: pass.options)
    }
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
