#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension Alignment {
    /// The alignment, differentiable by both sides.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (x, y))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      x: Matrix<Scalar>, y: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(of: x, y, by: (Alignment.Variables.x, .y)) {
        (x, y, variables) throws(ContrastiveError) in
        try valueWithGradient(x: x, y: y, of: variables, reduction: reduction, options: options)
      }
    }
  }
#endif
