#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension CLIP {
    /// The loss, differentiable by both sides and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, images, texts))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar> = .none, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, excluding: falseNegatives, of: [], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, images, texts))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>,
      excluding falseNegatives: FalseNegatives<Scalar>, reduction: Reduction,
      options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: images, texts) { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, excluding: falseNegatives,
          of: [.images, .texts, .logScale], reduction: reduction, diagnostics: .none,
          options: options)
      }
    }
  }
#endif
