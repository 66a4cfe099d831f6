import ArgumentParser
import Contrastive

/// DCL with weighted positives.
struct DCLWCommand: TwoViewLossReporting, RankLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "dclw",
    abstract: "DCLW: dcl, with views that are further apart weighing more.",
    notes: [noteOfViews, "Without options τ is 0.1, and σ 0.5."],
    examples: "--view-a a.npy --view-b b.npy --sigma 0.5")
  static let title = "Weighted decoupled contrastive loss"
  static let card = LossCard(
    type: "DecoupledContrastive",
    formula: "ℓ − w·s·c₊, w = 2 − N·softmax(c₊/σ), constant",
    candidates: "the 2N − 2 negatives of two views; the positive is none",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s; σ of the weights",
    equals: "lightly 1.6.0 DCLWLoss")
  static let defaultTemperature = 0.1

  @OptionGroup var views: TwoViewOptions
  @Option(
    help: "σ: the temperature of the weights over the batch's positive pairs.")
  var sigma = 0.5
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: DecoupledContrastive {
    get throws {
      DecoupledContrastive(
        temperature: try temperature,
        weightTemperature: try Temperature(sigma, named: "--sigma"))
    }
  }
}
