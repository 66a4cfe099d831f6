import ArgumentParser
import Contrastive

/// In-batch InfoNCE of the log-odds of cosines.
struct ArctanhInfoNCECommand: PairedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "info-nce-arctanh",
    abstract: "In-batch InfoNCE of the logits 2·artanh(cos), without a temperature.",
    discussion: """
      Undefined where a query and a positive have the same direction, or opposite ones.

      Example:
        Experiments loss info-nce-arctanh --queries q.npy --positives k.npy
      """)
  static let title = "InfoNCE of log-odds"
  static let card = LossCard(
    type: "ArctanhInfoNCE",
    formula: "softplus(ℓ − z₊), z = 2·artanh c = log((1 + c)/(1 − c)), ℓ = log Σ e^z",
    candidates: "the batch’s positives",
    positives: "the own one",
    reduction: "mean over queries",
    scale: "no temperature",
    equals: "arXiv 2501.17683, without a clamp")

  @OptionGroup var pairs: PairedOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: ArctanhInfoNCE { ArctanhInfoNCE() }
}
