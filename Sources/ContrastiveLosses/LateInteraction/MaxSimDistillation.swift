public import ContrastiveEmbeddings
public import ContrastiveEngine

/// How far a student's scores of each query's candidates are from a
/// teacher's, a Kullback-Leibler divergence: of late interaction, or of
/// cosines.
///
/// For N queries, the student's scores S of every ``TokenLoss`` and a
/// teacher's, p the softmax of a row of the teacher's over T′, and q that
/// of the student's over T:
/// ```
/// Lᵢ = T² Σⱼ pᵢⱼ (log pᵢⱼ − log qᵢⱼ),    loss = 1/N Σᵢ Lᵢ
/// ```
/// The shape of the teacher's scores says whose candidates documents
/// are. `N × M`: all M documents are every query's, as within a batch.
/// `N × K`, of M = N·K documents: those from i·K on are query i's own K,
/// its positive and its negatives, and nothing is computed of others.
///
/// ```swift
/// let loss = MaxSimDistillation(temperature: 1)
/// let step = try loss.valueWithGradient(
///   queries: TokenRows(q, lengths: queryLengths),
///   documents: TokenRows(d, lengths: documentLengths),
///   teacherScores: scores)
/// ```
/// With `TokenRows(vectors:)`, a token for each row, scores are cosines,
/// and this is the distillation of an encoder of sentences. The teacher
/// is constant. Of equal embeddings q is 1/K. With one candidate, or a
/// student that scores like the teacher up to a constant, it is 0.
///
/// - Source: [Santhanam et al. 2022](https://arxiv.org/abs/2112.01488),
///   §3.2; equals sentence-transformers 6.2.0's
///   `MultiVectorDistillKLDivLoss` and, with cosines as its similarity,
///   `DistillKLDivLoss`, and at T = T′ = 1 pylate 1.6.0's `Distillation`
///   with `normalize_scores=False`.
public struct MaxSimDistillation: TemperedLoss, Hashable {
  /// T of the student's scores, and of the teacher's where these have none of their own.
  public var temperature: Temperature

  /// T′ of the teacher, one for all rows; `nil` where it is T.
  public var teacherTemperature: Temperature?

  /// Creates the loss.
  public init(temperature: Temperature, teacherTemperature: Temperature? = nil) {
    self.temperature = temperature
    self.teacherTemperature = teacherTemperature
  }

  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, teacherScores: Matrix<Scalar>,
    reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Scalar {
    try valueWithGradient(
      queries: queries, documents: documents, teacherScores: teacherScores, of: [],
      reduction: reduction, options: options
    ).value
  }

  /// Returns the loss and its gradient.
  ///
  /// - Parameters:
  ///   - queries: N sequences, at least one.
  ///   - documents: M sequences, each of a token at least.
  ///   - teacherScores: `N × M`, or `N × K` with N·K = M.
  ///   - variables: What to differentiate by.
  ///   - reduction: The weights of the queries' terms.
  ///   - options: Threads, and the workspace.
  /// - Throws: `ContrastiveError` if shapes do not fit, a row holds a
  ///   NaN or an infinity, or a query's term or gradient is not finite.
  /// - Complexity: That of every ``TokenLoss``, and of a query's own
  ///   documents a share K/M of it.
  public func valueWithGradient<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, teacherScores: Matrix<Scalar>,
    of variables: TokenVariables = .all, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossStep<Scalar, TokenGradient<Scalar>> {
    let teacher = try AnyEmbeddings(teacherScores, named: .teacherScores)
    let (count, width) = (queries.lengths.count, teacherScores.columnCount)
    guard teacher.rowCount == count else {
      throw .init(
        .teacherScores,
        .count(.row, found: teacher.rowCount, expected: .exactly(count, .onePer(.query))))
    }
    let all = documents.lengths.count
    let isInBatch = width == all
    let step = try TokenStep(
      queries, documents, excluding: .none,
      expecting: .exactly(
        isInBatch ? width : count * width, .because("one for every score of the teacher's")),
      ownCount: isInBatch ? nil : width, options: options)
    let scores = Matrix<Double>(rowCount: count, columnCount: width) {
      Double(teacherScores[$0, $1])
    }
    let loss = Distillation(temperature: temperature, teacherTemperature: teacherTemperature)
    return try step.run(of: variables, options: options) {
      own, variables throws(ContrastiveError) in
      // The student's scores are no larger than its tokens are many.
      try naming([.studentLogits: .teacherScores]) { () throws(ContrastiveError) in
        try loss.valueWithGradient(
          studentLogits: own, teacherLogits: scores,
          of: Distillation.Variables(rawValue: variables.rawValue), reduction: reduction,
          options: options)
      }.renaming {
        SoftmaxCrossEntropy.Gradient(logits: $0.studentLogits, byTemperature: $0.byTemperature)
      }
    }
  }

  /// Returns every query's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Scalar>(
    queries: TokenRows<Scalar>, documents: TokenRows<Scalar>, teacherScores: Matrix<Scalar>,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Scalar, TokenVariables, TokenGradient<Scalar>> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        queries: queries, documents: documents, teacherScores: teacherScores, of: variables,
        reduction: pass.reduction, options: pass.options)
    }
  }
}
