import ArgumentParser
import Contrastive

/// The softmax over cosines with class weights, the target's lowered by a margin.
struct CosFaceCommand: ClassWeightLossReporting, TemperedLossReporting, RankLossReporting,
  LogWeightedLossReporting
{
  static let configuration = CommandConfiguration(
    loss: "cosface",
    abstract: "CosFace: normface with the cosine of a row's own class lowered by a margin.",
    notes: [noteOfFloor, "Without options the scale is 64, and the margin 0.35."],
    examples: "--features f.npy --class-weights w.npy --labels y.npy --margin 0.35")
  static let title = "CosFace"
  static let card = LossCard(
    type: "CosFace",
    formula: "softplus(ℓ − s·(c_y − m))",
    candidates: "all classes",
    positives: "the class of the row, its cosine lowered by m",
    reduction: "mean over rows",
    scale: "s, fixed or learned",
    equals: "pytorch-metric-learning 2.9.0 CosFaceLoss",
    otherNames: ["am-softmax", "lmcl"])
  static let defaultTemperature = 1.0 / 64

  @OptionGroup var arrays: ClassWeightOptions
  @Option(
    help: ArgumentHelp("m, from 0 to 2, taken off the own class's cosine.", valueName: "m"))
  var margin = 0.35
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: CosFace { get throws { try CosFace(temperature: try temperature, margin: margin) } }
}
