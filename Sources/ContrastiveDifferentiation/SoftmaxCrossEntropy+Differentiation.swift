#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension SoftmaxCrossEntropy {
    /// The loss, differentiable by the logits and by log(1/T).
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, logits))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      logits: Matrix<Scalar>, labels: [Int], reduction: Reduction = .mean
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(logits: logits, labels: labels, of: [], reduction: reduction)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, logits))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      logits: Matrix<Scalar>, labels: [Int], reduction: Reduction
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      LossStep.differentiated(by: logits) { () throws(ContrastiveError) in
        try valueWithGradient(
          logits: logits, labels: labels, of: [.logits, .logScale], reduction: reduction)
      }
    }
  }
#endif
