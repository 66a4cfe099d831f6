import ArgumentParser
import Contrastive

/// The multi-similarity loss.
struct MultiSimilarityCommand: LabelledLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "multi-similarity",
    abstract:
      "Multi-similarity: positives above a base cosine, negatives below it.",
    discussion: """
      perQuery lists the rows; one without a positive, or without a negative, has 0 for that half.

      Example:
        Experiments loss multi-similarity --embeddings z.npy --labels y.npy --beta 50
      """)
  static let title = "Multi-similarity"
  static let card = LossCard(
    type: "MultiSimilarity",
    formula: "log(1 + Σₚ exp(α·(λ − cₚ)))/α + log(1 + Σₙ exp(β·(cₙ − λ)))/β",
    candidates: "all other rows",
    positives: "rows of the label",
    reduction: "mean over rows",
    scale: "α and β, fixed; no pairs mined",
    equals: "pytorch-metric-learning 2.9.0 MultiSimilarityLoss",
    otherNames: ["ms-loss"])
  static let termName = "row"

  @OptionGroup var batch: LabelledOptions
  @Option(help: ArgumentHelp("α > 0, of the positives.", valueName: "a"))
  var alpha = 2.0
  @Option(help: ArgumentHelp("β > 0, of the negatives.", valueName: "b"))
  var beta = 50.0
  @Option(help: ArgumentHelp("λ, the cosine that parts them.", valueName: "c"))
  var base = 0.5
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: MultiSimilarity {
    get throws { try MultiSimilarity(alpha: alpha, beta: beta, base: base) }
  }
}
