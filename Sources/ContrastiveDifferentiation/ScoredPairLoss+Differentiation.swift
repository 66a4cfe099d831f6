#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension ScoredPairLoss where Self: TemperatureDifferentiable {
    /// The loss, differentiable by both sides and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, a, b))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      a: Matrix<Scalar>, b: Matrix<Scalar>, scores: [Double], reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, a, b, by: (ScoredPairVariables.a, .b)) {
        (loss, a, b, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          a: a, b: b, scores: scores, of: variables, reduction: reduction, options: options)
      }
    }
  }
#endif
