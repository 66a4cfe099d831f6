#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension ArctanhInfoNCE {
    /// The loss, differentiable by both sides.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (queries, keys))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(of: queries, keys, by: (PairVariables.queries, .keys)) {
        (queries, keys, variables) throws(ContrastiveError) in
        try step(
          queries: queries, keys: keys, excluding: falseNegatives, of: variables,
          pass: LossPass(reduction: reduction, diagnostics: .none, options: options))
      }
    }
  }
#endif
