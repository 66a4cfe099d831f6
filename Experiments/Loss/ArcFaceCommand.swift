import ArgumentParser
import Contrastive

/// The softmax over cosines with class weights, the target's angle widened by a margin.
struct ArcFaceCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "arcface",
    abstract: "ArcFace: normface with the angle to a row's own class widened by a margin.",
    discussion: """
      The floor is given where every class has equally many rows.
      Without options the scale is 64, and the margin 0.5.

      Example:
        Experiments loss arcface --features f.npy --class-weights w.npy --labels y.npy --margin 0.5
      """)
  static let title = "ArcFace"
  static let gradientNames = ["features", "classWeights"]
  static let card = LossCard(
    type: "ArcFace",
    formula: "softplus(ℓ − s·ψ(θ_y)), ψ(θ) = cos(θ + m), or cos θ − m·sin m past π − m",
    candidates: "all classes",
    positives: "the class of the row, its angle widened by m radians",
    reduction: "mean over rows",
    scale: "s, fixed or learned",
    equals: "pytorch-metric-learning ArcFaceLoss (degrees there); insightface")
  static let defaultTemperature = 1.0 / 64
  static let termName = "row"

  @Option(help: "N × d: the features.") var features: String
  @Option(help: "C × d: a row per class.") var classWeights: String
  @Option(help: "N integers from 0 to C − 1: the classes of the features.") var labels: String
  @Option(
    help: ArgumentHelp("m, from 0 to π/2 radians, added to the own class's angle.", valueName: "m"))
  var margin = 0.5
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let loss = try ArcFace(temperature: try temperature, margin: margin)
    let arrays = try ClassWeightArrays<Scalar>(features, classWeights, labels)
    return arrays.outcome(
      try loss.valueWithGradient(
        features: arrays.features.matrix, classWeights: arrays.classWeights.matrix,
        labels: arrays.labels, of: wantsGradients ? .all : [.temperature, .scale, .logScale],
        reduction: lossOptions.libraryReduction))
  }
}
