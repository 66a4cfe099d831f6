import ArgumentParser
import Contrastive

/// NormFace's C-contrastive loss.
struct CContrastiveCommand: ClassWeightLossReporting {
  static let configuration = CommandConfiguration(
    loss: "c-contrastive",
    abstract: "C-contrastive: features near their class weight, and a margin from the others.",
    notes: ["Squared distances of normalised rows; a row's term sums over the classes."],
    examples: "--features f.npy --class-weights w.npy --labels y.npy")
  static let title = "C-contrastive"
  static let card = LossCard(
    type: "CContrastive",
    formula: "d_y² + Σ_{j≠y} max(0, m − dⱼ²)",
    candidates: "all classes",
    positives: "the class of the row",
    reduction: "mean over rows",
    scale: "no temperature",
    equals: "NormFace’s C-contrastive, arXiv 1704.06369 §3.4")
  static let hasHinge = true

  @OptionGroup var arrays: ClassWeightOptions
  @Option(
    help: ArgumentHelp("The squared distance that other classes are to keep.", valueName: "m"))
  var margin = 1.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: CContrastive { CContrastive(margin: margin) }
}
