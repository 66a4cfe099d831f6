import ArgumentParser
import Contrastive

/// NormFace's softmax over cosines with class weights.
struct NormFaceCommand: ClassWeightLossReporting, TemperedLossReporting, RankLossReporting,
  LogWeightedLossReporting
{
  static let configuration = CommandConfiguration(
    loss: "normface",
    abstract: "NormFace: softmax over scaled cosines of features and class weights.",
    notes: [noteOfFloor, "Without an option τ is 0.05, a scale of 20."],
    examples: "--features f.npy --class-weights w.npy --labels y.npy --scale 20")
  static let title = "NormFace's softmax"
  static let card = LossCard(
    type: "NormFaceSoftmax",
    formula: "softplus(ℓ − s·c_y)",
    candidates: "all classes",
    positives: "the class of the row",
    reduction: "mean over rows",
    scale: "s = ℓ², fixed or learned",
    equals:
      "NormFace’s, arXiv 1704.06369 eq. 6; pytorch-metric-learning 2.9.0 NormalizedSoftmaxLoss",
    otherNames: ["normalized-softmax"])
  static let defaultTemperature = 0.05

  @OptionGroup var arrays: ClassWeightOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: NormFaceSoftmax { get throws { NormFaceSoftmax(temperature: try temperature) } }
}
