#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension CrossBatchLoss where Self: TemperatureDifferentiable {
    /// The loss against a memory, differentiable by the embeddings and by log s.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, embeddings))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], ids: [Int]? = nil,
      memory: CrossBatchMemory<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, labels: labels, ids: ids, memory: memory, of: [],
          reduction: reduction, diagnostics: .none, options: options)
      }
    }

    @derivative(
      of: callAsFunction(embeddings:labels:ids:memory:reduction:options:), wrt: (self, embeddings)
    )
    @usableFromInline
    func derivativeInMemory<Scalar: DifferentiableScalar>(
      embeddings: Matrix<Scalar>, labels: [Int], ids: [Int]?, memory: CrossBatchMemory<Scalar>,
      reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      LossStep.differentiated(by: embeddings) { () throws(ContrastiveError) in
        try valueWithGradient(
          embeddings: embeddings, labels: labels, ids: ids, memory: memory,
          of: [.embeddings, .logScale], reduction: reduction, diagnostics: .none, options: options)
      }
    }
  }
#endif
