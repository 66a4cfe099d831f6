#if canImport(_Differentiation)
  import ContrastiveEmbeddings
  import ContrastiveLosses
  import _Differentiation

  // What losses of one shape share: a differentiable function of a loss is a call of one of these, and the compiler's
  // own derivative of it is the one here, of as many arrays as are asked for. A loss whose tangent vector holds more
  // than a temperature writes its derivative itself, by `LossStep.differentiated`.

  /// The value of a loss of two arrays, differentiable by log s and both, or by log s and the first.
  ///
  /// - Parameters:
  ///   - loss: What `step` is of. An argument, as derivatives do not go through what a closure captures.
  ///   - first: The first of the gradient's arrays.
  ///   - second: The second of them.
  ///   - variables: What asks for the derivatives by both.
  ///   - step: The loss of these arrays, with the derivatives it is asked for.
  @differentiable(reverse,wrt: (loss, first, second))
  @differentiable(reverse,wrt: (loss, first))
  func lossValue<
    Loss: TemperatureDifferentiable, Scalar: DifferentiableScalar,
    Variables: TemperatureVariables, Gradient: TemperedGradient
  >(
    _ loss: Loss, _ first: Matrix<Scalar>, _ second: Matrix<Scalar>,
    by variables: (Variables, Variables),
    _ step: (Loss, Matrix<Scalar>, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> Scalar where Gradient.Scalar == Scalar {
    LossStep.value { () throws(ContrastiveError) in try step(loss, first, second, []) }
  }

  @derivative(of: lossValue(_:_:_:by:_:), wrt: (loss, first, second))
  func derivativeOfLossValue<
    Loss: TemperatureDifferentiable, Scalar: DifferentiableScalar,
    Variables: TemperatureVariables, Gradient: TemperedGradient
  >(
    _ loss: Loss, _ first: Matrix<Scalar>, _ second: Matrix<Scalar>,
    by variables: (Variables, Variables),
    _ step: (Loss, Matrix<Scalar>, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> (
    value: Scalar,
    pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
  ) where Gradient.Scalar == Scalar {
    LossStep.differentiated(by: first, second) { () throws(ContrastiveError) in
      try step(loss, first, second, variables.0.union(variables.1).union(.logScale))
    }
  }

  @derivative(of: lossValue(_:_:_:by:_:), wrt: (loss, first))
  func derivativeOfLossValueWithConstantSecond<
    Loss: TemperatureDifferentiable, Scalar: DifferentiableScalar,
    Variables: TemperatureVariables, Gradient: TemperedGradient
  >(
    _ loss: Loss, _ first: Matrix<Scalar>, _ second: Matrix<Scalar>,
    by variables: (Variables, Variables),
    _ step: (Loss, Matrix<Scalar>, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>))
  where Gradient.Scalar == Scalar {
    LossStep.differentiated(by: first) { () throws(ContrastiveError) in
      try step(loss, first, second, variables.0.union(.logScale))
    }
  }

  /// The value of a loss of one array, differentiable by log s and that.
  @differentiable(reverse,wrt: (loss, array))
  func lossValue<
    Loss: TemperatureDifferentiable, Scalar: DifferentiableScalar,
    Variables: TemperatureVariables, Gradient: TemperedGradient
  >(
    _ loss: Loss, _ array: Matrix<Scalar>, by variables: Variables,
    _ step: (Loss, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> Scalar where Gradient.Scalar == Scalar {
    LossStep.value { () throws(ContrastiveError) in try step(loss, array, []) }
  }

  @derivative(of: lossValue(_:_:by:_:), wrt: (loss, array))
  func derivativeOfLossValue<
    Loss: TemperatureDifferentiable, Scalar: DifferentiableScalar,
    Variables: TemperatureVariables, Gradient: TemperedGradient
  >(
    _ loss: Loss, _ array: Matrix<Scalar>, by variables: Variables,
    _ step: (Loss, Matrix<Scalar>, Variables) throws(ContrastiveError) -> LossStep<
      Scalar, Gradient
    >
  ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>))
  where Gradient.Scalar == Scalar {
    LossStep.differentiated(by: array) { () throws(ContrastiveError) in
      try step(loss, array, variables.union(.logScale))
    }
  }
#endif
