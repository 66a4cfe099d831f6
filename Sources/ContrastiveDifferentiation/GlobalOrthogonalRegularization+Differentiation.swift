#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension GlobalOrthogonalRegularization {
    /// The regulariser, differentiable by the embeddings.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: embeddings)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(embeddings: embeddings, of: [], options: options)
      }
    }

    @derivative(of: callAsFunction(embeddings:options:), wrt: embeddings)
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> Matrix<Scalar>) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(embeddings: embeddings, of: .embeddings, options: options)
      } _: {
        $0.times($1?.embeddings, as: embeddings)
      }
    }
  }
#endif
