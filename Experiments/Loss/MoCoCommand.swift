import ArgumentParser
import Contrastive

/// InfoNCE against a queue of unit keys.
struct MoCoCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "moco",
    abstract: "MoCo: InfoNCE of one positive key against a queue of unit keys.",
    notes: [
      "The queue's rows must have length 1; they are used as they are and take no "
        + "gradient. A file in 16 bits is read tile by tile, and not converted.",
      noteOfTemperature,
    ],
    examples: "--queries q.npy --positives k.npy --queue queue.npy")
  static let title = "MoCo"
  static let gradientNames = ["queries", "positives"]
  static let card = LossCard(
    type: "InfoNCE",
    formula: "softplus(ℓ − s·c₊)",
    candidates: "its key and K rows of the queue",
    positives: "row i of the keys",
    reduction: "mean over queries",
    scale: "s",
    equals: "facebookresearch/moco@132aea9 v1, v2; lightly 1.6.0 NTXentLoss with a memory bank",
    otherNames: ["moco-v1", "moco-v2"])
  static let defaultTemperature = 0.07

  @Option(help: "N × d: the queries.") var queries: String
  @Option(help: "N × d: row i is the positive key of query i.") var positives: String
  @Option(help: "K × d: the queue, rows of length 1.") var queue: String
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let queries = try InputArray<Scalar>(queries)
    let positives = try InputArray<Scalar>(positives)
    let queue = try UnitRows(validating: RowSource<Scalar>(readArray(queue)))
    let loss = InfoNCE(temperature: try temperature)
    let step = try loss.valueWithGradient(
      queries: queries.matrix, positives: positives.matrix, negatives: .shared(queue),
      of: InfoNCE.Variables.forReport(arrays: wantsGradients).subtracting(.negatives),
      reduction: lossOptions.libraryReduction)
    return LossOutcome(step, of: queries, positives)
  }
}
