import ArgumentParser
import Contrastive

/// Circle loss.
struct CircleCommand: LabelledLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "circle",
    abstract:
      "Circle loss: pairs weighed by how far they are from their optimum.",
    discussion: """
      perQuery lists the rows; one without a positive, or without a negative, has 0, and is not counted in \
      the mean. The weights are constants in the gradient, which is not that of the value.

      Example:
        Experiments loss circle --embeddings z.npy --labels y.npy --margin 0.25 --gamma 256
      """)
  static let title = "Circle loss"
  static let card = LossCard(
    type: "CircleLoss",
    formula:
      "log(1 + Σₚ exp(−γ·[1 + m − cₚ]₊·(cₚ − 1 + m)) · Σₙ exp(γ·[cₙ + m]₊·(cₙ − m))), [ ]₊ constant",
    candidates: "all other rows",
    positives: "rows of the label",
    reduction: "mean over rows with a positive and a negative",
    scale: "γ, fixed",
    equals: "pytorch-metric-learning 2.9.0 CircleLoss but for rows that it drops at 0")
  static let termName = "row"
  static let conditionOfTerms = "no row has both another of its label and one of another"

  @OptionGroup var batch: LabelledOptions
  @Option(help: ArgumentHelp("m, from 0 to 1.", valueName: "m"))
  var margin = 0.4
  @Option(help: ArgumentHelp("γ > 0.", valueName: "g"))
  var gamma = 80.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: CircleLoss {
    get throws { try CircleLoss(margin: margin, gamma: gamma) }
  }

  static func termCount(of labels: [Int]) -> Int? {
    Set(labels).count > 1 ? labels.pairedCount : 0
  }
}
