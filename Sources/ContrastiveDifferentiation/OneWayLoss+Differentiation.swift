#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension OneWayLoss {
    /// The loss, differentiable by the queries and by log s.
    ///
    /// The candidates are constants: their keys, and whom they leave out and what log-weights they carry.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, candidates: Candidates<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, queries, by: OneWayLoss.Variables.queries) {
        (loss, queries, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          queries: queries, candidates: candidates, of: variables, reduction: reduction,
          diagnostics: .none, options: options)
      }
    }
  }
#endif
