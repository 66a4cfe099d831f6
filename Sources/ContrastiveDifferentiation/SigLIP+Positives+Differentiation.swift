#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension SigLIP {
    /// The loss of several positives, differentiable by both sides, log s and b.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, images, texts))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion = .none, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, positives: positives, excluding: exclusion, of: [],
          reduction: reduction, diagnostics: .none, options: options)
      }
    }

    @derivative(
      of: callAsFunction(images:texts:positives:excluding:reduction:options:),
      wrt: (self, images, texts)
    )
    @usableFromInline
    func derivativeOfPositives<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, positives: PairPositives,
      excluding exclusion: Exclusion, reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (TangentVector, Matrix<Scalar>, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, positives: positives, excluding: exclusion,
          of: [.images, .texts, .bias, .logScale], reduction: reduction, diagnostics: .none,
          options: options)
      } _: {
        (
          TangentVector($0.times($1?.byTemperature), bias: $0.times($1?.bias)),
          $0.times($1?.images, as: images), $0.times($1?.texts, as: texts)
        )
      }
    }
  }
#endif
