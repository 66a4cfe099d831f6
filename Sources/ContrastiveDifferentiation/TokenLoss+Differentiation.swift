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
    ///   - reduction: The weights of the terms.
    ///   - options: Threads, and the workspace.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, documents))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, queryLengths: [Int], documents: Matrix<Scalar>,
      documentLengths: [Int], reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: TokenRows(queries, lengths: queryLengths),
          documents: TokenRows(documents, lengths: documentLengths), of: [],
          reduction: reduction, diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, queries, documents))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, queryLengths: [Int], documents: Matrix<Scalar>,
      documentLengths: [Int], reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: TokenRows(queries, lengths: queryLengths),
          documents: TokenRows(documents, lengths: documentLengths),
          of: [.queries, .documents, .logScale], reduction: reduction, diagnostics: .none,
          options: options)
      } _: {
        (
          $0.times($1?.byTemperature), $0.times($1?.queries, as: queries),
          $0.times($1?.documents, as: documents)
        )
      }
    }
  }
#endif
