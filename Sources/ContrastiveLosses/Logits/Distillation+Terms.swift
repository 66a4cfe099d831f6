public import ContrastiveEmbeddings
public import ContrastiveEngine

extension Distillation {
  /// Returns the loss.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func value<Scalar: EmbeddingScalar>(
    studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>, reduction: Reduction = .mean,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> Scalar {
    try valueWithGradient(
      studentLogits: studentLogits, teacherLogits: teacherLogits, of: [], reduction: reduction,
      options: options
    ).value
  }

  /// Returns every row's term, and a pullback for a cotangent vector.
  ///
  /// - Parameters: As for `valueWithGradient`.
  public func perTerm<Scalar: EmbeddingScalar>(
    studentLogits: Matrix<Scalar>, teacherLogits: Matrix<Scalar>,
    options: ComputeOptions = ComputeOptions()
  ) throws(ContrastiveError) -> LossTerms<Scalar, Variables, Gradient<Scalar>> {
    try LossTerms(options: options) { variables, pass throws(ContrastiveError) in
      try valueWithGradient(
        studentLogits: studentLogits, teacherLogits: teacherLogits, of: variables,
        reduction: pass.reduction, options: pass.options)
    }
  }
}
