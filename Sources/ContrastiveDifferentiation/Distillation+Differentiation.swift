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
      studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>, reduction: Reduction = .mean,
      options: ComputeOptions = ComputeOptions()
    ) -> Scalar {
      lossValue(
        self, studentLogits, teacherLogits,
        by: (Distillation.Variables.studentLogits, .teacherLogits)
      ) {
        (loss, studentLogits, teacherLogits, variables) throws(ContrastiveError) in
        try loss.valueWithGradient(
          studentLogits: studentLogits, teacherLogits: teacherLogits, of: variables,
          reduction: reduction, options: options)
      }
    }
  }
#endif
