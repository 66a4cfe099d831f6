#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension TokenLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by both sides' tokens and by log s.
    ///
    /// - Parameters:
    ///   - queries: The queries' tokens, as those of `TokenRows`.
    ///   - queryLengths: How many tokens each query has.
    ///   - documents: The documents' tokens.
    ///   - documentLengths: How many tokens each document has.
    ///   - exclusion: Which documents are no negatives of a query.
    ///   - logWeights: Numbers added to scores: constants.
    ///   - reduction: The weights of the terms.
    ///   - options: Threads, and the workspace.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, documents))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, queryLengths: [Int], documents: Matrix<Scalar>,
      documentLengths: [Int], excluding exclusion: Exclusion = .none,
      logWeights: PairLogWeights? = nil, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, queries, documents, by: (TokenVariables.queries, .documents)) {
        (loss, queries, documents, variables) throws(ContrastiveError) in
        try loss.step(
          queries: TokenRows(queries, lengths: queryLengths),
          documents: TokenRows(documents, lengths: documentLengths), excluding: exclusion,
          logWeights: logWeights, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
