import ArgumentParser
import Contrastive

/// The supervised contrastive loss.
struct SupConCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "supcon",
    abstract: "SupCon: every row of an anchor's label against all other rows.",
    discussion: """
      perQuery lists the anchors; one without another row of its label has 0, and is not counted \
      in the mean.
      Without an option τ is 0.07.

      Example:
        Experiments loss supcon --embeddings z.npy --labels y.npy --temperature 0.1
      """)
  static let title = "SupCon"
  static let defaultTemperature = 0.07
  static let termName = "anchor"

  @Option(help: "n × d: the embeddings.") var embeddings: String
  @Option(help: "n integers: the labels.") var labels: String
  @OptionGroup var temperatureOptions: TemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var files: [String: String] { ["embeddings": embeddings, "labels": labels] }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(embeddings)
    let loss = SupCon(temperature: try temperature)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, labels: try readIntegers(labels),
      of: wantsGradients ? .all : [.temperature, .scale, .logScale],
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step)
    outcome.byTemperature = step.gradient.byTemperature
    outcome.add("embeddings", step.gradient.embeddings, of: embeddings)
    return outcome
  }
}
