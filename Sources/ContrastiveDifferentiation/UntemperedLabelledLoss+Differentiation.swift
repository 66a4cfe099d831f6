#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension UntemperedLabelledLoss {
    /// The loss, differentiable by the embeddings.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: embeddings)
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, labels: labels, of: [], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }

    @derivative(of: callAsFunction(embeddings:labels:reduction:options:), wrt: embeddings)
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> Matrix<Scalar>) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, labels: labels, of: .embeddings, reduction: reduction,
          diagnostics: .none, options: options)
      } _: {
        $0.times($1?.embeddings, as: embeddings)
      }
    }
  }
#endif
