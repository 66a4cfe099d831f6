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
      logits: Matrix<Scalar>, labels: [Int], reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(self, logits, by: SoftmaxCrossEntropy.Variables.logits) {
        (loss, logits, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          logits: logits, labels: labels, of: variables, reduction: reduction, diagnostics: .none,
          options: options)
      }
    }
  }
#endif
