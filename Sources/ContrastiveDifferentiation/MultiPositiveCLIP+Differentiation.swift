#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension MultiPositiveCLIP: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MultiPositiveCLIP {
    /// The loss, differentiable by both sides and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, images, texts))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion = .none, logWeights: PairLogWeights? = nil,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, images, texts, by: (TwoTowerVariables.images, .texts)) {
        (loss, images, texts, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          images: images, texts: texts, positives: positives, excluding: exclusion,
          logWeights: logWeights, of: variables, reduction: reduction, diagnostics: .none,
          options: options)
      }
    }
  }
#endif
