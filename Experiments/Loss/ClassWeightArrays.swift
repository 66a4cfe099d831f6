import Contrastive

/// The arrays of a loss of features and class weights.
struct ClassWeightArrays<Scalar: EmbeddingScalar & ArrayElement> {
  let features: InputArray<Scalar>
  let classWeights: InputArray<Scalar>
  let labels: [Int]

  init(_ features: String, _ classWeights: String, _ labels: String) throws {
    self.features = try InputArray(features)
    self.classWeights = try InputArray(classWeights)
    self.labels = try readIndices(labels)
  }

  func outcome(_ step: LossStep<Scalar, ClassWeightGradient<Scalar>>) -> LossOutcome<Scalar> {
    var outcome = LossOutcome(step)
    outcome.byTemperature = step.gradient.byTemperature
    outcome.add("features", step.gradient.features, of: features)
    outcome.add("classWeights", step.gradient.classWeights, of: classWeights)
    return outcome
  }
}
