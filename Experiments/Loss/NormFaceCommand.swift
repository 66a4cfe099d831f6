import ArgumentParser
import Contrastive

/// NormFace's softmax over cosines with class weights.
struct NormFaceCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "normface",
    abstract: "NormFace: softmax over scaled cosines of features and class weights.",
    discussion: """
      The floor is given where every class has equally many rows.
      Without an option τ is 0.05, a scale of 20.

      Example:
        Experiments loss normface --features f.npy --class-weights w.npy --labels y.npy --scale 20
      """)
  static let title = "NormFace's softmax"
  static let gradientNames = ["features", "classWeights"]
  static let card = LossCard(
    type: "NormFaceSoftmax",
    formula: "softplus(ℓ − s·c_y)",
    candidates: "all classes",
    positives: "the class of the row",
    reduction: "mean over rows",
    scale: "s = ℓ², fixed or learned",
    equals: "NormFace eq. 6; pytorch-metric-learning NormalizedSoftmaxLoss",
    otherNames: ["normalized-softmax"])
  static let defaultTemperature = 0.05
  static let termName = "row"

  @Option(help: "N × d: the features.") var features: String
  @Option(help: "C × d: a row per class.") var classWeights: String
  @Option(help: "N integers from 0 to C − 1: the classes of the features.") var labels: String
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let loss = NormFaceSoftmax(temperature: try temperature)
    let arrays = try ClassWeightArrays<Scalar>(features, classWeights, labels)
    return arrays.outcome(
      try loss.valueWithGradient(
        features: arrays.features.matrix, classWeights: arrays.classWeights.matrix,
        labels: arrays.labels, of: wantsGradients ? .all : [.temperature, .scale, .logScale],
        reduction: lossOptions.libraryReduction))
  }
}
