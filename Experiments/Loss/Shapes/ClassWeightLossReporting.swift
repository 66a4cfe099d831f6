import ArgumentParser
import Contrastive

/// A loss of features and class weights.
protocol ClassWeightLossReporting: LossReporting {
  associatedtype LossType: ClassWeightLoss

  var arrays: ClassWeightOptions { get }

  var loss: LossType { get throws }
}

/// Features, and the weights of their classes.
struct ClassWeightOptions: ParsableArguments {
  @Option(help: "N × d: the features.") var features: String
  @Option(help: "C × d: a row per class.") var classWeights: String
  @Option(help: "N integers from 0 to C − 1: the classes of the features.") var labels: String
}

extension ClassWeightLossReporting {
  static var gradientNames: [String] { ["features", "classWeights"] }

  static var termName: String { "row" }

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let loss = try loss
    let features = try InputArray<Scalar>(arrays.features)
    let classWeights = try InputArray<Scalar>(arrays.classWeights)
    let step = try loss.valueWithGradient(
      features: features.matrix, classWeights: classWeights.matrix,
      labels: try readIndices(arrays.labels), of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    return LossOutcome(step, of: features, classWeights)
  }
}
