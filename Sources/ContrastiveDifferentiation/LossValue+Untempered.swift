#if canImport(_Differentiation)
  import ContrastiveEmbeddings
  import ContrastiveLosses
  import _Differentiation

  // Of losses without a temperature, which are constants: `step` captures them.

  /// The value of a loss of two arrays, differentiable by both.
  @differentiable(reverse,wrt: (first, second))
  func lossValue<
    Scalar: DifferentiableScalar, Variables: OptionSet, Gradient: LossGradient
  >(
    of first: Matrix<Scalar>, _ second: Matrix<Scalar>, by variables: (Variables, Variables),
    _ step: (Matrix<Scalar>, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> Scalar where Gradient.Scalar == Scalar {
    LossStep.value { () throws(ContrastiveError) in try step(first, second, []) }
  }

  @derivative(of: lossValue(of:_:by:_:), wrt: (first, second))
  func derivativeOfLossValue<
    Scalar: DifferentiableScalar, Variables: OptionSet, Gradient: LossGradient
  >(
    of first: Matrix<Scalar>, _ second: Matrix<Scalar>, by variables: (Variables, Variables),
    _ step: (Matrix<Scalar>, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> (value: Scalar, pullback: (Scalar) -> (Matrix<Scalar>, Matrix<Scalar>))
  where Gradient.Scalar == Scalar {
    LossStep.differentiated { () throws(ContrastiveError) in
      try step(first, second, variables.0.union(variables.1))
    } _: {
      (
        $0.times($1?.byArrays[0].gradient, as: first),
        $0.times($1?.byArrays[1].gradient, as: second)
      )
    }
  }

  /// The value of a loss of one array, differentiable by that.
  @differentiable(reverse,wrt: array)
  func lossValue<
    Scalar: DifferentiableScalar, Variables: OptionSet, Gradient: LossGradient
  >(
    of array: Matrix<Scalar>, by variables: Variables,
    _ step: (Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<Scalar, Gradient>
  ) -> Scalar where Gradient.Scalar == Scalar {
    LossStep.value { () throws(ContrastiveError) in try step(array, []) }
  }

  @derivative(of: lossValue(of:by:_:), wrt: array)
  func derivativeOfLossValue<
    Scalar: DifferentiableScalar, Variables: OptionSet, Gradient: LossGradient
  >(
    of array: Matrix<Scalar>, by variables: Variables,
    _ step: (Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<Scalar, Gradient>
  ) -> (value: Scalar, pullback: (Scalar) -> Matrix<Scalar>) where Gradient.Scalar == Scalar {
    LossStep.differentiated { () throws(ContrastiveError) in
      try step(array, variables)
    } _: {
      $0.times($1?.byArrays[0].gradient, as: array)
    }
  }
#endif
