import ArgumentParser
import Contrastive

/// The softmax over cosines with class weights, the target's angle widened by a margin.
struct ArcFaceCommand: ClassWeightLossReporting, TemperedLossReporting, RankLossReporting,
  LogWeightedLossReporting
{
  static let configuration = CommandConfiguration(
    loss: "arcface",
    abstract: "ArcFace: normface with the angle to a row's own class widened by a margin.",
    notes: [noteOfFloor, "Without options the scale is 64, and the margin 0.5."],
    examples: "--features f.npy --class-weights w.npy --labels y.npy --margin 0.5")
  static let title = "ArcFace"
  static let card = LossCard(
    type: "ArcFace",
    formula: "softplus(ℓ − s·ψ(θ_y)), ψ(θ) = cos(θ + m), or cos θ − m·sin m past π − m",
    candidates: "all classes",
    positives: "the class of the row, its angle widened by m radians",
    reduction: "mean over rows",
    scale: "s, fixed or learned",
    equals:
      "pytorch-metric-learning 2.9.0 ArcFaceLoss (degrees there); insightface’s, arXiv 1801.07698")
  static let defaultTemperature = 1.0 / 64

  @OptionGroup var arrays: ClassWeightOptions
  @Option(
    help: ArgumentHelp("m, from 0 to π/2 radians, added to the own class's angle.", valueName: "m"))
  var margin = 0.5
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: ArcFace { get throws { try ArcFace(temperature: try temperature, margin: margin) } }
}
