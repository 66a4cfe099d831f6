import ArgumentParser
import Contrastive

/// The arrays of a loss of distances to class weights.
struct AgentArrays: ParsableArguments {
  @Option(help: "N × d: the features.") var features: String
  @Option(help: "C × d: a row per class.") var classWeights: String
  @Option(help: "N integers from 0 to C − 1: the classes of the features.") var labels: String

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    _ step: (Matrix<Scalar>, Matrix<Scalar>, [Int]) throws -> LossStep<
      Scalar, AgentGradient<Scalar>
    >
  ) throws -> LossOutcome<Scalar> {
    let features = try InputArray<Scalar>(features)
    let classWeights = try InputArray<Scalar>(classWeights)
    let step = try step(features.matrix, classWeights.matrix, try readIndices(labels))
    var outcome = LossOutcome(step)
    outcome.add("features", step.gradient.features, of: features)
    outcome.add("classWeights", step.gradient.classWeights, of: classWeights)
    return outcome
  }
}
