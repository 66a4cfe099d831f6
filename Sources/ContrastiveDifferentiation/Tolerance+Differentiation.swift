#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension Tolerance {
    /// The tolerance, differentiable by the embeddings.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: embeddings)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int]
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(embeddings: embeddings, labels: labels, of: [])
      }
    }

    @derivative(of: callAsFunction(embeddings:labels:), wrt: embeddings)
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int]
    ) -> (value: Scalar, pullback: (Scalar) -> Matrix<Scalar>) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(embeddings: embeddings, labels: labels, of: .embeddings)
      } _: {
        $0.times($1?.embeddings, as: embeddings)
      }
    }
  }
#endif
