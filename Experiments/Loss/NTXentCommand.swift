import ArgumentParser
import Contrastive

/// SimCLR's loss of two views.
struct NTXentCommand: TwoViewLossReporting, RankLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "nt-xent",
    abstract: "NT-Xent: SimCLR's loss of two views, each row against all others.",
    notes: [noteOfViews, noteOfTemperature],
    examples: "--view-a a.npy --view-b b.npy --temperature 0.1")
  static let title = "NT-Xent"
  static let card = LossCard(
    type: "NTXent",
    formula: "softplus(ℓ − s·c₊)",
    candidates: "the 2N − 1 other rows of two views",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s",
    equals: "lightly 1.6.0 NTXentLoss; SimCLR’s, arXiv 2002.05709",
    otherNames: ["simclr"])
  static let defaultTemperature = 0.5

  @OptionGroup var views: TwoViewOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: NTXent { get throws { NTXent(temperature: try temperature) } }
}
