public import ContrastiveEmbeddings
public import ContrastiveEngine

/// What a loss of late interaction can be differentiated by.
public struct TokenVariables: TemperatureVariables {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The queries' tokens.
  public static let queries = TokenVariables(rawValue: 1)
  /// The documents' tokens.
  public static let documents = TokenVariables(rawValue: 2)
  /// Both, and the temperature in its three readings.
  public static let all: TokenVariables = [
    .queries, .documents, .temperature, .scale, .logScale,
  ]
}

/// Derivatives of a loss of late interaction; what was not asked for is `nil`.
public struct TokenGradient<Scalar: EmbeddingScalar>: TemperedGradient {
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

/// A loss of queries and documents of tokens, by late interaction, as
/// ``MaxSimInfoNCE``.
///
/// For code that takes whichever it is given. The scores are sums of
/// each query token's largest cosine with a document's tokens,
/// ```
/// Sᵢⱼ = Σ_{t ∈ query i} max_{u ∈ document j} cos(t, u)
/// ```
/// A sum over tokens and not a mean: longer queries have larger
/// scores. Tokens are normalised. The gradient goes through the
/// largest cosine; where several tokens of a document have it, equal
/// to the last bit of an inner product, they share the derivative
/// equally. A query without tokens scores 0 everywhere; a document
/// without tokens is refused. A zero token has cosine 0 with all, and
/// gradient 0. Scores are in double precision whatever the tokens'.
public protocol TokenLoss: TemperedLoss, Hashable {
  /// Runs the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  func step<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, excluding exclusion: Exclusion,
    logWeights: PairLogWeights?, of variables: TokenVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<Scalar, TokenGradient<Scalar>>
}

extension TokenLoss {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>,
    excluding exclusion: Exclusion = .none, logWeights: PairLogWeights? = nil,
    reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Scalar {
    try valueWithGradient(
      queries: queries, documents: documents, excluding: exclusion, logWeights: logWeights,
      of: [], reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient, and the accuracies and entropy of the same pass.
  ///
  /// - Parameters:
  ///   - queries: N sequences, at least one.
  ///   - documents: Sequences, each of a token at least; document i
  ///     belongs to query i.
  ///   - exclusion: Which documents are no negatives of a query, as
  ///     those of its id; its own stays.
  ///   - logWeights: Numbers added to s·S, of documents as candidates
  ///     of queries (`columns`), and where documents look for their
  ///     queries of these (`rows`). The own score takes its number
  ///     too. Chance is unknown then.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the terms.
  ///   - diagnostics: `.none` leaves out accuracies and entropy.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, or a token
  ///   holds a NaN or an infinity.
  /// - Complexity: For T and U tokens of d coordinates of all queries
  ///   and M documents 2TUd flops by GEMM, and with the gradients 4TMd
  ///   more; memory for a tile a thread, and 24 bytes for each token
  ///   of a query and document, 16 for the value alone.
  public func valueWithGradient<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>,
    excluding exclusion: Exclusion = .none, logWeights: PairLogWeights? = nil,
    of variables: TokenVariables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Scalar, TokenGradient<Scalar>> {
    try step(
      queries: queries, documents: documents, excluding: exclusion, logWeights: logWeights,
      of: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options))
  }

  /// Returns every term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>,
    excluding exclusion: Exclusion = .none, logWeights: PairLogWeights? = nil,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Scalar, TokenVariables, TokenGradient<Scalar>> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try step(
        queries: queries, documents: documents, excluding: exclusion, logWeights: logWeights,
        of: variables, pass: pass)
    }
  }
}
