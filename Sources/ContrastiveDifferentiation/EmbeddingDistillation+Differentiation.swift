#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension EmbeddingDistillation: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension EmbeddingDistillation {
    /// The loss, differentiable by both of the student's sides and by its log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, images, texts))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, teacherImages: Matrix<Scalar>,
      teacherTexts: Matrix<Scalar>, excluding falseNegatives: FalseNegatives<Scalar> = .none,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, images, texts, by: (TwoTowerVariables.images, .texts)) {
        (loss, images, texts, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          images: images, texts: texts, teacherImages: teacherImages, teacherTexts: teacherTexts,
          excluding: falseNegatives, of: variables, reduction: reduction, diagnostics: .none,
          options: options)
      }
    }
  }
#endif
