import ArgumentParser
import Contrastive

/// NPID's softmax over all rows of a memory.
struct NPIDSoftmaxCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "npid-softmax",
    abstract: "NPID: every embedding is to find its own row of a memory of unit rows.",
    notes: [
      "The memory's rows must have length 1; they are used as they are and take no gradient.",
      noteOfTemperature,
    ],
    examples: "--embeddings x.npy --memory m.npy --targets y.npy")
  static let title = "NPID's softmax"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "NPIDSoftmax",
    formula: "softplus(ℓ − s·c_y)",
    candidates: "all rows of the memory",
    positives: "the row’s own",
    reduction: "mean over rows",
    scale: "s",
    equals: "zhirongw/lemniscate.pytorch@f7cfe29 LinearAverage with cross-entropy",
    otherNames: ["instance-discrimination"])
  static let defaultTemperature = 0.07
  static let termName = "embedding"

  @Option(help: "N × d: the embeddings.") var embeddings: String
  @Option(help: "n × d: the memory, rows of length 1.") var memory: String
  @Option(help: "N integers from 0 to n − 1: the embeddings' own rows.") var targets: String
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let embeddings = try InputArray<Scalar>(embeddings)
    let memory = try UnitRows(validating: InputArray<Scalar>(memory).matrix)
    let loss = NPIDSoftmax(temperature: try temperature)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, memory: memory, targets: try readIndices(targets),
      of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    return LossOutcome(step, of: embeddings)
  }
}
