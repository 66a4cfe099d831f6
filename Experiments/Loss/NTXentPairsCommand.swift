import ArgumentParser
import Contrastive

/// NT-Xent over pairs of equal label.
struct NTXentPairsCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "nt-xent-pairs",
    abstract: "NT-Xent over pairs of equal label, other positives out of the denominator.",
    discussion: """
      perQuery lists the ordered pairs of equal label, row by row.
      Without an option τ is 0.07.

      Example:
        Experiments loss nt-xent-pairs --embeddings z.npy --labels y.npy --temperature 0.1
      """)
  static let title = "NT-Xent over pairs"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "NTXentPairs",
    formula: "softplus(ℓ − s·cₚ) of every positive p",
    candidates: "p and the rows of other labels",
    positives: "rows of the label",
    reduction: "mean over ordered pairs",
    scale: "s",
    equals: "pytorch-metric-learning NTXentLoss; optax ntxent")
  static let defaultTemperature = 0.07
  static let termName = "pair"
  static let conditionOfTerms = "no two rows have one label"

  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "n integers or texts: the labels.") var labels: String
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(embeddings)
    let loss = NTXentPairs(temperature: try temperature)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, labels: try readLabels(labels).numbers[0],
      of: wantsGradients ? .all : [.temperature, .scale, .logScale],
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step)
    outcome.byTemperature = step.gradient.byTemperature
    outcome.add("embeddings", step.gradient.embeddings, of: embeddings)
    return outcome
  }
}
