#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  extension Distillation {
    /// The loss, differentiable by both logits and by log(1/T).
    ///
    /// - Parameters: As for `valueWithGradient`.
    /// - Returns: The value. Arguments that do not fit fail as `throwingFailures` describes.
    /// - Complexity: That of `valueWithGradient`; the pullback multiplies.
    @differentiable(reverse,wrt: (self, studentLogits, teacherLogits))
    @differentiable(reverse,wrt: (self, studentLogits))
    public func callAsFunction<Scalar: DifferentiableScalar>(
      studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>, reduction: Reduction = .mean
    ) -> Scalar {
      LossStep.value { () throws(ContrastiveError) in
        try valueWithGradient(
          studentLogits: studentLogits, teacherLogits: teacherLogits, of: [], reduction: reduction)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, studentLogits, teacherLogits))
    @usableFromInline
    func derivative<Scalar: DifferentiableScalar>(
      studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>, reduction: Reduction
    ) -> (
      value: Scalar,
      pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>, Matrix<Scalar>)
    ) {
      LossStep.differentiated(by: studentLogits, teacherLogits) { () throws(ContrastiveError) in
        try valueWithGradient(
          studentLogits: studentLogits, teacherLogits: teacherLogits,
          of: [.studentLogits, .teacherLogits, .logScale], reduction: reduction)
      }
    }

    @derivative(of: callAsFunction, wrt: (self, studentLogits))
    @usableFromInline
    func derivativeWithConstantTeacher<Scalar: DifferentiableScalar>(
      studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>, reduction: Reduction
    ) -> (value: Scalar, pullback: (Scalar) -> (Temperature.TangentVector, Matrix<Scalar>)) {
      LossStep.differentiated(by: studentLogits) { () throws(ContrastiveError) in
        try valueWithGradient(
          studentLogits: studentLogits, teacherLogits: teacherLogits,
          of: [.studentLogits, .logScale], reduction: reduction)
      }
    }
  }
#endif
