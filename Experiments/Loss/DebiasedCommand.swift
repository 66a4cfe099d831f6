import ArgumentParser
import Contrastive

/// The debiased contrastive loss.
struct DebiasedCommand: TwoViewLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    loss: "debiased",
    abstract: "NT-Xent with the sum over negatives corrected for false ones.",
    notes: [noteOfViews, noteOfTemperature],
    examples: "--view-a a.npy --view-b b.npy --tau-plus 0.1")
  static let title = "Debiased contrastive loss"
  static let card = LossCard(
    type: "DebiasedContrastive",
    formula: "log(1 + max(g, m·e^(−s)) / e^(s·c₊)), g = (Σ e^(s·c) − τ₊·m·e^(s·c₊)) / (1 − τ₊)",
    candidates: "the 2N − 1 other rows of two views",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s",
    equals: "chingyaoc/DCL@7d6345f")
  static let defaultTemperature = 0.5

  @OptionGroup var views: TwoViewOptions
  @Option(help: "τ⁺: the probability that a negative is of the query's class.") var tauPlus = 0.1
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: DebiasedContrastive {
    get throws {
      try DebiasedContrastive(temperature: try temperature, positivePrior: tauPlus)
    }
  }
}
