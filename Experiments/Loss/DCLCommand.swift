import ArgumentParser
import Contrastive

/// NT-Xent without the positive in its denominator.
struct DCLCommand: TwoViewLossReporting, RankLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "dcl",
    abstract: "DCL: NT-Xent without the positive in its denominator; can be negative.",
    notes: [noteOfViews, noteOfTemperature],
    examples: "--view-a a.npy --view-b b.npy --temperature 0.1")
  static let title = "Decoupled contrastive loss"
  static let card = LossCard(
    type: "DecoupledContrastive",
    formula: "ℓ − s·c₊",
    candidates: "the 2N − 2 negatives of two views; the positive is none",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s",
    equals: "lightly 1.6.0 DCLLoss",
    otherNames: ["decoupled"])
  static let defaultTemperature = 0.1

  @OptionGroup var views: TwoViewOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: DecoupledContrastive {
    get throws { DecoupledContrastive(temperature: try temperature) }
  }
}
