import ArgumentParser
import Contrastive

/// In-batch InfoNCE with label smoothing.
struct SmoothedInfoNCECommand: PairedLossReporting, TemperedLossReporting, LogWeightedLossReporting
{
  static let configuration = CommandConfiguration(
    commandName: "info-nce-smoothed",
    abstract: "In-batch InfoNCE with label smoothing.",
    discussion: """
      Without an option τ is 0.07.

      Example:
        Experiments loss info-nce-smoothed --queries q.npy --positives k.npy --smoothing 0.1
      """)
  static let title = "InfoNCE with label smoothing"
  static let card = LossCard(
    type: "SmoothedInfoNCE",
    formula: "softplus(ℓ − s·c₊) + ε·(s·c₊ − mean of all s·c)",
    candidates: "the batch’s positives",
    positives: "the own one, and a share ε on all",
    reduction: "mean over queries",
    scale: "s",
    equals: "torch 2.15.0 cross_entropy(label_smoothing)")
  static let defaultTemperature = 0.07

  @OptionGroup var pairs: PairedOptions
  @Option(help: "ε, from 0 to 1: the share of the target that all candidates have alike.")
  var smoothing = 0.1
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: SmoothedInfoNCE {
    get throws { try SmoothedInfoNCE(temperature: try temperature, smoothing: smoothing) }
  }
}
