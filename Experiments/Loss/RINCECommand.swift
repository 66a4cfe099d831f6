import ArgumentParser
import Contrastive

/// Robust InfoNCE.
struct RINCECommand: PairedLossReporting, TemperedLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "rince",
    abstract: "RINCE: InfoNCE that noise among the pairs moves less.",
    discussion: """
      Without an option τ is 0.5, q is 0.5 and λ is 0.01. Terms grow as exp(q/τ)/q.

      Example:
        Experiments loss rince --queries q.npy --positives k.npy --temperature 0.5 --q 0.1
      """)
  static let title = "RINCE"
  static let card = LossCard(
    type: "RINCE",
    formula: "−e^(q·s·c₊)/q + (λ·Σ e^(s·c))^q/q, the positive in Σ",
    candidates: "the batch’s positives",
    positives: "the own one",
    reduction: "mean over queries",
    scale: "s",
    equals: "chingyaoc/RINCE’s, arXiv 2201.04309, against the batch")
  static let defaultTemperature = 0.5

  @OptionGroup var pairs: PairedOptions
  @Option(help: "q: from InfoNCE, near 0, to the robust loss, at 1.") var q = 0.5
  @Option(help: "λ: the weight of the candidates' sum.") var lambda = 0.01
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: RINCE {
    get throws { try RINCE(temperature: try temperature, q: q, lambda: lambda) }
  }
}
