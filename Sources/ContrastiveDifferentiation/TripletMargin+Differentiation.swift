#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension TripletMargin {
    /// The loss of given triplets, differentiable by all three.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (anchors, positives, negatives))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      anchors: Matrix<Scalar>, positives: Matrix<Scalar>, negatives: Matrix<Scalar>,
      reduction: Reduction = .mean, options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          anchors: anchors, positives: positives, negatives: negatives, of: [],
          reduction: reduction, diagnostics: .none, options: options)
      }
    }

    @derivative(
      of: callAsFunction(anchors:positives:negatives:reduction:options:),
      wrt: (anchors, positives, negatives)
    )
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      anchors: Matrix<Scalar>, positives: Matrix<Scalar>, negatives: Matrix<Scalar>,
      reduction: Reduction, options: ComputeOptions
    ) -> (value: Scalar, pullback: (Scalar) -> (Matrix<Scalar>, Matrix<Scalar>, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(
          anchors: anchors, positives: positives, negatives: negatives, of: .all,
          reduction: reduction, diagnostics: .none, options: options)
      } _: {
        (
          $0.times($1?.anchors, as: anchors), $0.times($1?.positives, as: positives),
          $0.times($1?.negatives, as: negatives)
        )
      }
    }
  }
#endif
