import ArgumentParser
import Contrastive

/// Wang and Isola's uniformity.
struct UniformityCommand: LossReporting {
  static let configuration = CommandConfiguration(
    loss: "uniformity",
    abstract: "Uniformity: the log of the mean Gaussian potential of pairs.",
    notes: [noteOfOneValue],
    examples: "--embeddings z.npy --t 2")
  static let title = "Uniformity"
  static let gradientNames = ["embeddings"]
  static let card = LossCard(
    type: "Uniformity",
    formula: "log mean of exp(−t·‖xᵢ − xⱼ‖²)",
    candidates: "all pairs i < j",
    positives: "none",
    reduction: "one term",
    scale: "t",
    equals: "ssnl/align_uniform@78ccdb1 uniform_loss; lightly 1.6.0 HypersphereLoss of equal views")
  static let canLackNegatives = false

  @Option(help: "n × d: the embeddings, at least two.") var embeddings: String
  @Option(help: "t: the sharpness of the potential.") var t = 2.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let loss = try Uniformity(t: t)
    let embeddings = try InputArray<Scalar>(embeddings)
    let step = try loss.valueWithGradient(
      embeddings: embeddings.matrix, of: wantsGradients ? .embeddings : [])
    return LossOutcome(step, of: embeddings, hasTerms: false)
  }
}
