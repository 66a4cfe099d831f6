import ArgumentParser
import Contrastive

/// The spread-out regulariser.
struct GORCommand: LossReporting {
  static let configuration = CommandConfiguration(
    commandName: "gor",
    abstract: "Spread-out regularisation: cosines with the moments of random directions.",
    discussion: """
      One value for all pairs: it has no terms, and --reduction changes nothing.

      Example:
        Experiments loss gor --embeddings z.npy --mean-weight 1 --second-moment-weight 1
      """)
  static let title = "Global orthogonal regularisation"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "GlobalOrthogonalRegularization",
    formula: "a·(mean c)² + b·max(0, mean c² − 1/d)",
    candidates: "all pairs i ≠ j",
    positives: "none",
    reduction: "one term",
    scale: "no temperature",
    equals: "sentence-transformers 6.2.0 GlobalOrthogonalRegularizationLoss")
  static let canLackNegatives = false
  static let termName = "pair"
  static let conditionOfTerms = "there is one row"

  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "a: the weight of the squared mean.") var meanWeight = 1.0
  @Option(help: "b: the weight of the second moment's excess.") var secondMomentWeight = 1.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let loss = try GlobalOrthogonalRegularization(
      meanWeight: meanWeight, secondMomentWeight: secondMomentWeight)
    let embeddings = try InputArray<Scalar>(embeddings)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, of: wantsGradients ? .embeddings : [])
    var outcome = LossOutcome(step, of: embeddings, hasTerms: false)
    if embeddings.matrix.rowCount < 2 { outcome.allTermCount = 0 }
    return outcome
  }
}
