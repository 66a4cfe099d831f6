import ArgumentParser
import Contrastive

/// The N-pair loss.
struct NPairsCommand: LabelledLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "n-pairs",
    abstract: "N-pairs: one pair of every class, its second row among the second rows of all.",
    discussion: """
      perQuery lists the pairs: the first two rows of every label that has two, labels in ascending order, or \
      texts in that of their first rows. Further rows do not count. There is no temperature.

      Example:
        Experiments loss n-pairs --embeddings z.npy --labels y.npy --normalized false
      """)
  static let title = "N-pairs"
  static let card = LossCard(
    type: "NPairs",
    formula: "softplus(ℓ − a·p), ℓ of the other pairs' p",
    candidates: "the second row of every pair",
    positives: "the pair's second row",
    reduction: "mean over pairs, one for each class",
    scale: "1; unit rows, or rows as they are",
    equals: "pytorch-metric-learning 2.9.0 NPairsLoss",
    otherNames: ["npair", "n-pair"])
  static let termName = "pair"
  static let conditionOfTerms = "no two rows have one label"

  @OptionGroup var batch: LabelledOptions
  @Option(help: "Whether inner products are of normalised rows: true or false.")
  var normalized = true
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: NPairs {
    get throws { NPairs(isNormalized: normalized) }
  }

  static func haveNegatives(_ labels: [Int]) -> Bool {
    Dictionary(grouping: labels) { $0 }.values.count { $0.count > 1 } > 1
  }
}
