#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension Alignment {
    /// The alignment, differentiable by both sides.
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (x, y))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      x: Matrix<Scalar>, y: Matrix<Scalar>, reduction: Reduction = .mean
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(x: x, y: y, of: [], reduction: reduction)
      }
    }

    @derivative(of: callAsFunction, wrt: (x, y))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      x: Matrix<Scalar>, y: Matrix<Scalar>, reduction: Reduction
    ) -> (value: Scalar, pullback: (Scalar) -> (Matrix<Scalar>, Matrix<Scalar>)) {
      LossStep.differentiated { () throws(ContrastiveError) in
        try valueWithGradient(x: x, y: y, of: .all, reduction: reduction)
      } _: {
        ($0.times($1?.x, as: x), $0.times($1?.y, as: y))
      }
    }
  }
#endif
