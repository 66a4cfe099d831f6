import ArgumentParser
import Contrastive

/// Neighbourhood components analysis.
struct NCACommand: LabelledLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "nca",
    abstract: "NCA: the neighbour that a softmax over distances picks is to be of the row's label.",
    discussion: """
      perQuery lists the rows; one without another of its label has 0, and is not counted in the mean.

      Example:
        Experiments loss nca --embeddings z.npy --labels y.npy --softmax-scale 8
      """)
  static let title = "NCA"
  static let card = LossCard(
    type: "NCA",
    formula: "log Σ_{j≠i} exp(−S·dⱼ²) − log Σₚ exp(−S·dₚ²), d² = 2 − 2c",
    candidates: "all other rows",
    positives: "rows of the label, any one of them",
    reduction: "mean over rows with a positive",
    scale: "S = s/2, fixed",
    equals: "pytorch-metric-learning 2.9.0 NCALoss but for its NaN without a positive",
    otherNames: ["neighbourhood-components-analysis"])
  static let termName = "row"
  static let conditionOfTerms = "no row has another of its label"

  @OptionGroup var batch: LabelledOptions
  @Option(help: ArgumentHelp("S > 0, by which squared distances are multiplied.", valueName: "s"))
  var softmaxScale = 1.0
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: NCA {
    get throws { try NCA(softmaxScale: softmaxScale) }
  }

  static func termCount(of labels: [Int]) -> Int? { labels.pairedCount }
}
