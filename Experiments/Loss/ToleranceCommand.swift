import ArgumentParser
import Contrastive

/// Wang and Liu's tolerance.
struct ToleranceCommand: LossReporting {
  static let configuration = CommandConfiguration(
    commandName: "tolerance",
    abstract: "Tolerance: the mean cosine of pairs of equal label, a metric.",
    discussion: """
      One value for all pairs: it has no terms, and --reduction changes nothing.

      Example:
        Experiments loss tolerance --embeddings z.npy --labels y.npy
      """)
  static let title = "Tolerance"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "Tolerance",
    formula: "mean of cᵢⱼ",
    candidates: "pairs i < j of one label",
    positives: "those pairs",
    reduction: "one term",
    scale: "no temperature",
    equals: "Wang & Liu 2021, their Table 1")
  static let canLackNegatives = false

  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "n integers or texts: the labels.") var labels: String
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(embeddings)
    let step = try Tolerance().valueWithGradient(
      embeddings: embeddings.matrix, labels: try readLabels(labels).numbers[0],
      of: wantsGradients ? .embeddings : [])
    var outcome = LossOutcome(step, hasTerms: false)
    outcome.add("embeddings", step.gradient.embeddings, of: embeddings)
    return outcome
  }
}
