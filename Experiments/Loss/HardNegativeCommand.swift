import ArgumentParser
import Contrastive

/// The debiased loss with harder negatives weighing more.
struct HardNegativeCommand: TwoViewLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    loss: "hard-negative",
    abstract: "The debiased loss with harder negatives weighing more.",
    notes: [noteOfViews, noteOfTemperature],
    examples: "--view-a a.npy --view-b b.npy --beta 1")
  static let title = "Contrastive loss with hard negatives"
  static let card = LossCard(
    type: "HardNegative",
    formula: "the debiased term, negatives weighted by e^(β·s·c) / mean",
    candidates: "the 2N − 1 other rows of two views",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s",
    equals: "joshr17/HCL@7b4647f",
    otherNames: ["hcl"])
  static let defaultTemperature = 0.5

  @OptionGroup var views: TwoViewOptions
  @Option(help: "τ⁺: the probability that a negative is of the query's class.") var tauPlus = 0.1
  @Option(help: "β: how much more a harder negative weighs.") var beta = 1.0
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: HardNegative {
    get throws {
      try HardNegative(
        temperature: try temperature, positivePrior: tauPlus, concentration: beta)
    }
  }
}
