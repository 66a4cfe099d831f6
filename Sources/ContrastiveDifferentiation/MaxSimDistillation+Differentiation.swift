#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension MaxSimDistillation: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MaxSimDistillation {
    /// The loss, differentiable by both sides' tokens and by log s.
    ///
    /// - Parameters:
    ///   - queries: The queries' tokens, as those of `TokenRows`.
    ///   - queryLengths: How many tokens each query has.
    ///   - documents: The documents' tokens.
    ///   - documentLengths: How many tokens each document has.
    ///   - teacherScores: Constants.
    ///   - reduction: The weights of the queries' terms.
    ///   - options: Threads, and the workspace.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, documents))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, queryLengths: [Int], documents: Matrix<Scalar>,
      documentLengths: [Int], teacherScores: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, queries, documents, by: (TokenVariables.queries, .documents)) {
        (loss, queries, documents, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          queries: TokenRows(queries, lengths: queryLengths),
          documents: TokenRows(documents, lengths: documentLengths), teacherScores: teacherScores,
          of: variables, reduction: reduction, options: options)
      }
    }
  }
#endif
