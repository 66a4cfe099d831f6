import ArgumentParser
import Contrastive

/// Wang and Isola's alignment.
struct AlignmentCommand: LossReporting {
  static let configuration = CommandConfiguration(
    loss: "alignment",
    abstract: "Alignment: the mean power of the distance of positive pairs.",
    examples: "--x x.npy --y y.npy --alpha 2")
  static let title = "Alignment"
  static let gradientNames = ["x", "y"]
  static let card = LossCard(
    type: "Alignment",
    formula: "‖x − y‖^α",
    candidates: "none",
    positives: "row i of y",
    reduction: "mean over pairs",
    scale: "no temperature",
    equals: "ssnl/align_uniform@78ccdb1 align_loss; lightly 1.6.0 HypersphereLoss with lam 0")
  static let canLackNegatives = false
  static let termName = "pair"

  @Option(help: "N × d: the first rows.") var x: String
  @Option(help: "N × d: row i forms a pair with row i of --x.") var y: String
  @Option(help: "α: the power of the distance.") var alpha = 2.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let loss = try Alignment(exponent: alpha)
    let (x, y) = (try InputArray<Scalar>(x), try InputArray<Scalar>(y))
    let step = try loss.valueWithGradient(
      x: x.matrix, y: y.matrix, of: wantsGradients ? .all : [],
      reduction: lossOptions.libraryReduction)
    return LossOutcome(step, of: x, y)
  }
}
