import ArgumentParser
import Contrastive

/// The contrastive loss of pairs.
struct ContrastiveCommand: LabelledLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "contrastive",
    abstract: "Contrastive loss of pairs: one margin for rows of a label, another for the rest.",
    discussion: """
      The value is the mean over the pairs of one label that are outside of their margin plus the mean over \
      the others that are inside of theirs. perQuery lists the rows, n times their share of it, so that \
      their mean is the value.

      Examples:
        Experiments loss contrastive --embeddings z.npy --labels y.npy --neg-margin 1
        Experiments loss contrastive --embeddings z.npy --labels y.npy --distance cosine --pos-margin 0.9 \
      --neg-margin 0.1
        Experiments loss contrastive --embeddings z.npy --labels y.npy --squared true
      """)
  static let title = "Contrastive loss of pairs"
  static let card = LossCard(
    type: "ContrastiveMargin",
    formula: "[dₚ − m₊]₊ and [m₋ − dₙ]₊, or [m₊ − cₚ]₊ and [cₙ − m₋]₊; squared as an option",
    candidates: "all other rows, pair by pair",
    positives: "rows of the label",
    reduction: "means over the positive and over the negative pairs above 0, added",
    scale: "no temperature",
    equals:
      "pytorch-metric-learning 2.9.0 ContrastiveLoss (squared: Hadsell et al. 2006 but for means and ½)",
    otherNames: ["pair-contrastive"])
  static let termName = "row"
  static let hasHinge = true

  /// The choices of `--distance`.
  enum Distance: String, CaseIterable, ExpressibleByArgument {
    case cosine, euclidean
  }

  @OptionGroup var batch: LabelledOptions
  @Option(help: "What pairs are compared by: euclidean, or cosine, whose margins are cosines.")
  var distance = Distance.euclidean
  @Option(help: "Whether Euclidean distances are those of normalised rows: true or false.")
  var normalized = true
  @Option(help: ArgumentHelp("How near rows of one label are to be.", valueName: "m"))
  var posMargin = 0.0
  @Option(help: ArgumentHelp("How far other rows are to be.", valueName: "m"))
  var negMargin = 1.0
  @Option(help: "Whether hinges are squared, as Hadsell's: true or false.")
  var squared = false
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: ContrastiveMargin {
    get throws {
      ContrastiveMargin(
        distance: distance == .cosine ? .cosine : .euclidean, positiveMargin: posMargin,
        negativeMargin: negMargin, isNormalized: normalized, isSquared: squared)
    }
  }

  func validate() throws {
    if distance == .cosine, !normalized {
      throw ValidationError("--normalized: cosines are always of normalised rows; leave it out.")
    }
  }
}
