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
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, of: [], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (queries, keys))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (Matrix<Scalar>, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          queries: queries, keys: keys, of: [.queries, .keys], reduction: reduction,
          diagnostics: .none, options: options)
      } _: {
        ($0.times($1?.queries, as: queries), $0.times($1?.keys, as: keys))
      }
    }
  }
#endif
