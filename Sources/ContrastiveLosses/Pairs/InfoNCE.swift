public import ContrastiveEmbeddings
public import ContrastiveEngine

/// The cross-entropy of picking each query's own key out of its candidates.
///
/// For `N` queries q, their positives p and a set of negatives for each, all of dimension `d` and
/// normalised to length 1, with cosines c and the temperature τ = 1/s:
/// ```
/// Lᵢ = log( exp(cᵢₚ/τ) + Σⱼ exp(cᵢⱼ/τ) ) − cᵢₚ/τ
///    = softplus( ℓᵢ − cᵢₚ/τ ),    ℓᵢ = log Σⱼ exp(cᵢⱼ/τ)
/// loss = 1/N Σᵢ Lᵢ
/// ```
/// where j runs over the negatives alone: ``Negatives`` tells the four sets. The second form is the
/// one computed. It never forms a probability, so that a loss of 4e-10 (the positive at +1, 1023
/// negatives at −1, τ = 0.07) and its gradient keep all their digits.
///
/// The loss is never negative, log(K + 1) when all embeddings are equal, and at least
/// `CandidateSet.floor(temperature:dimension:)`. Zero rows have cosine 0 with everything, and
/// gradient 0. Without negatives the loss is 0.
///
/// ```swift
/// let loss = InfoNCE(temperature: 0.07)
/// let step = try loss.valueWithGradient(
///   queries: q, positives: k, negatives: .shared(queue.keys),
///   of: [.queries, .logScale])
/// ```
/// - Source: [Oord et al. 2018](https://arxiv.org/abs/1807.03748), eq. 4;
///   [He et al. 2020](https://arxiv.org/abs/1911.05722), eq. 1. Equals info-nce-pytorch's
///   `InfoNCE` (in-batch, shared as `unpaired`, paired), MoCo v1 and v2 (shared, a queue), lightly's
///   `NTXentLoss` with a memory bank, and sentence-transformers' `MultipleNegativesRankingLoss`
///   with scale 1/τ (in-batch, in-batch and shared). With ``FalseNegatives`` it is their
///   `GISTEmbedLoss`, with all `BatchCandidates` the improved contrastive loss of
///   [Li et al. 2023](https://arxiv.org/abs/2308.03281) (GTE), eqs. 2 and 3.
public struct InfoNCE: Hashable, Sendable {
  /// τ, and with it NormFace's scale s = 1/τ.
  public var temperature: Temperature

  /// α ≥ 0: negatives' logits are s·c + α·c, of which the second part takes no gradient, so that the
  /// hardest negatives weigh more in the gradient than the temperature has them. 0 for none.
  ///
  /// sentence-transformers' `hardness_strength`.
  public var hardness: Double

  /// Further candidates out of the batch; none by default.
  public var batchCandidates: BatchCandidates

  /// Creates the loss at a temperature: `InfoNCE(temperature: 0.07)`, or, with NormFace's scale,
  /// `InfoNCE(temperature: try Temperature(scale: 14))`.
  public init(
    temperature: Temperature, hardness: Double = 0, batchCandidates: BatchCandidates = []
  ) {
    self.temperature = temperature
    self.hardness = hardness
    self.batchCandidates = batchCandidates
  }

  /// Pairs of the batch whose similarities are candidates besides those of queries and positives.
  public struct BatchCandidates: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Query i's cosines with the other queries.
    public static let queriesWithQueries = BatchCandidates(rawValue: 1)
    /// The cosines of query i's positive with the other positives.
    public static let positivesWithPositives = BatchCandidates(rawValue: 2)
    /// The cosines of query i's positive with the other queries: the column direction.
    public static let positivesWithQueries = BatchCandidates(rawValue: 4)
    /// All three, with which the loss is GTE's improved contrastive loss.
    public static let all: BatchCandidates = [
      .queriesWithQueries, .positivesWithPositives, .positivesWithQueries,
    ]
  }

  /// What the loss can be differentiated by.
  public struct Variables: TemperatureVariables {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The queries as they were given: raw rows, or unit rows.
    public static let queries = Variables(rawValue: 1)
    /// The positives as they were given.
    public static let positives = Variables(rawValue: 2)
    /// The negatives as they were given. (In the batch they are the positives.)
    public static let negatives = Variables(rawValue: 4)
    /// All of these, and the temperature in its three readings.
    public static let all: Variables = [
      .queries, .positives, .negatives, .temperature, .scale, .logScale,
    ]
  }

  /// Derivatives of the loss; what was not asked for is `nil`.
  public struct Gradient<Scalar: EmbeddingScalar>: TemperedGradient {
    /// dL/dq, `N × d`: through the normalisation for raw rows.
    public package(set) var queries: Matrix<Scalar>?
    /// dL/dp, `N × d`.
    public package(set) var positives: Matrix<Scalar>?
    /// dL/dn, of the shape of the negatives.
    public package(set) var negatives: Matrix<Scalar>?
    /// dL/dτ, dL/ds and dL/d(log s).
    public package(set) var byTemperature = TemperatureGradient<Scalar>()

    /// Nothing was asked for.
    package init() {}

    public var byArrays: [NamedGradient<Scalar>] {
      [("queries", queries), ("positives", positives), ("negatives", negatives)]
    }
  }

  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  /// - Complexity: 2NMd flops for M columns; memory for one tile.
  public func value<Q: Embeddings, P: Embeddings>(
    queries: Q, positives: P, negatives: Negatives<Q.Scalar> = .inBatch,
    excluding falseNegatives: FalseNegatives<Q.Scalar> = .none, logWeights: LogWeights? = nil,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Q.Scalar where P.Scalar == Q.Scalar {
    try valueWithGradient(
      queries: queries, positives: positives, negatives: negatives, excluding: falseNegatives,
      logWeights: logWeights, of: [], reduction: reduction, diagnostics: .none, options: options
    ).value
  }

  /// Returns the loss, its gradient and its diagnostics.
  ///
  /// - Parameters:
  ///   - queries: `N × d`, at least one row. A `Matrix` is normalised, `UnitRows` are not.
  ///   - positives: `N × d`; row i is the positive of query i.
  ///   - negatives: Which rows are negatives of a query.
  ///   - falseNegatives: Which of them are left out; not for paired negatives.
  ///   - logWeights: What is added to candidates' logits: of paired negatives as many numbers
  ///     as rows. Batch candidates that are positives carry theirs; queries have none.
  ///   - variables: What to differentiate by. What is left out costs nothing: without positives
  ///     and negatives (MoCo: the keys are another network's) loss and gradient take one pass.
  ///   - reduction: The weights of the queries' terms in the value.
  ///   - diagnostics: `.none` saves a few per cent. Chance is that of the candidates there are, and absent where
  ///     they are weighted; the floor is the plain loss's, and absent where candidates are left out, added or weighted.
  ///   - options: Threads, and memory for logits.
  /// - Throws: `ContrastiveError` if shapes do not fit, a raw row holds a NaN or an infinity, or
  ///   options do not go together.
  /// - Complexity: For M columns 2NMd flops for the value, 4NMd with the gradient by the queries,
  ///   6NMd with those by the keys (8NMd when the logits of 64 rows exceed 32 MiB, or
  ///   `options.keptByteCount` if that is less), all by GEMM; memory for the gradients, a few tiles
  ///   per thread, and these logits. A similarity mask takes a GEMM of the guide's dimension more, and
  ///   4 bytes per candidate it leaves out. Log-weights cost no copy, but at small τ every logit is computed.
  public func valueWithGradient<Q: Embeddings, P: Embeddings>(
    queries: Q, positives: P, negatives: Negatives<Q.Scalar> = .inBatch,
    excluding falseNegatives: FalseNegatives<Q.Scalar> = .none, logWeights: LogWeights? = nil,
    of variables: Variables = .all, reduction: Reduction = .mean,
    diagnostics: DiagnosticsLevel = .all, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Q.Scalar, Gradient<Q.Scalar>>
  where P.Scalar == Q.Scalar {
    try InfoNCEStep(
      self, queries: queries, positives: positives, negatives: negatives,
      falseNegatives: falseNegatives, logWeights: logWeights, variables: variables,
      pass: LossPass(reduction: reduction, diagnostics: diagnostics, options: options)
    ).run()
  }

  /// Returns every query's own loss Lᵢ, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Q: Embeddings, P: Embeddings>(
    queries: Q, positives: P, negatives: Negatives<Q.Scalar> = .inBatch,
    excluding falseNegatives: FalseNegatives<Q.Scalar> = .none, logWeights: LogWeights? = nil,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Q.Scalar, Variables, Gradient<Q.Scalar>>
  where P.Scalar == Q.Scalar {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try InfoNCEStep(
        self, queries: queries, positives: positives, negatives: negatives,
        falseNegatives: falseNegatives, logWeights: logWeights, variables: variables, pass: pass
      ).run()
    }
  }
}
