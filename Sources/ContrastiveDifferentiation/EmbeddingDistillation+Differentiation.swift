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
      teacherTexts: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, teacherImages: teacherImages, teacherTexts: teacherTexts,
          of: [], reduction: reduction, diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, images, texts))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      images: Matrix<Scalar>, texts: Matrix<Scalar>, teacherImages: Matrix<Scalar>,
      teacherTexts: Matrix<Scalar>, reduction: Reduction, options: ComputeOptions
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          images: images, texts: texts, teacherImages: teacherImages, teacherTexts: teacherTexts,
          of: [.images, .texts, .logScale], reduction: reduction, diagnostics: .none,
          options: options)
      } _: {
        (
          $0.times($1?.byTemperature), $0.times($1?.images, as: images),
          $0.times($1?.texts, as: texts)
        )
      }
    }
  }
#endif
