#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension NPIDSoftmax {
    /// The loss, differentiable by the embeddings and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, memory: UnitRows<Scalar>, targets: [Int],
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, memory: memory, targets: targets, of: [], reduction: reduction,
          diagnostics: .none, options: options)
      }
    }

    @derivative(
      of: callAsFunction(embeddings:memory:targets:reduction:options:), wrt: (self, embeddings)
    )
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, memory: UnitRows<Scalar>, targets: [Int], reduction: Reduction,
      options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      LossStep.differentiated(by: embeddings) { () throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, memory: memory, targets: targets, of: [.embeddings, .logScale],
          reduction: reduction, diagnostics: .none, options: options)
      }
    }
  }
#endif
