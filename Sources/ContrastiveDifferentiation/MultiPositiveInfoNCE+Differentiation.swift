#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension MultiPositiveInfoNCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MultiPositiveInfoNCE {
    /// The loss, differentiable by queries, keys and log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, queries, keys))
    @differentiable(reverse,wrt: (self, queries))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      queries: Matrix<Scalar>, keys: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion = .none, logWeights: [Double]? = nil,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, queries, keys, by: (PairVariables.queries, .keys)) {
        (loss, queries, keys, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          queries: queries, keys: keys, positives: positives, excluding: exclusion,
          logWeights: logWeights, of: variables, reduction: reduction, diagnostics: .none,
          options: options)
      }
    }
  }
#endif
