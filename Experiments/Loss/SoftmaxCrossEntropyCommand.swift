import ArgumentParser
import Contrastive

/// Cross-entropy of given logits.
struct SoftmaxCrossEntropyCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "softmax-cross-entropy",
    abstract: "Cross-entropy of given logits, divided by a temperature.",
    notes: [noteOfTemperature],
    examples: "--logits x.npy --labels y.npy")
  static let title = "Softmax cross-entropy"
  static let gradientNames = ["logits"]
  static let card = LossCard(
    type: "SoftmaxCrossEntropy",
    formula: "log Σ exp(x/T) − x_y/T",
    candidates: "given logits",
    positives: "the label",
    reduction: "mean over rows",
    scale: "1/T",
    equals: "torch 2.15.0 cross_entropy of x/T",
    otherNames: ["cross-entropy", "ce"])
  static let defaultTemperature = 1.0
  static let termName = "row"

  @Option(help: "n × C: the logits, used as they are.") var logits: String
  @Option(help: "n integers from 0 to C − 1: the right classes.") var labels: String
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let logits = try InputArray<Scalar>(logits)
    let loss = SoftmaxCrossEntropy(temperature: try temperature)
    let step = try loss.valueWithGradient(
      logits: logits.matrix, labels: try readIndices(labels),
      of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, of: logits)
    outcome.hasNegatives = logits.matrix.columnCount > 1
    return outcome
  }
}
