import Contrastive

/// The arrays of a loss of two views.
struct TwoViewArrays<Scalar: EmbeddingScalar & ArrayElement> {
  let a: InputArray<Scalar>
  let b: InputArray<Scalar>

  init(_ viewA: String, _ viewB: String) throws {
    a = try InputArray(viewA)
    b = try InputArray(viewB)
  }

  func outcome(_ step: LossStep<Scalar, TwoViewGradient<Scalar>>) -> LossOutcome<Scalar> {
    var outcome = LossOutcome(step)
    outcome.byTemperature = step.gradient.byTemperature
    outcome.add("viewA", step.gradient.viewA, of: a)
    outcome.add("viewB", step.gradient.viewB, of: b)
    return outcome
  }
}
