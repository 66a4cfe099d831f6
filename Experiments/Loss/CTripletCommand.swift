import ArgumentParser
import Contrastive

/// NormFace's C-triplet loss.
struct CTripletCommand: ClassWeightLossReporting {
  static let configuration = CommandConfiguration(
    loss: "c-triplet",
    abstract: "C-triplet: features nearer to their class weight than to any other, by a margin.",
    notes: ["Squared distances of normalised rows; a row's term sums over the classes."],
    examples: "--features f.npy --class-weights w.npy --labels y.npy")
  static let title = "C-triplet"
  static let card = LossCard(
    type: "CTriplet",
    formula: "Σ_{j≠y} max(0, m + d_y² − dⱼ²)",
    candidates: "all classes",
    positives: "the class of the row",
    reduction: "mean over rows",
    scale: "no temperature",
    equals: "NormFace’s C-triplet, arXiv 1704.06369 §3.4")
  static let hasHinge = true

  @OptionGroup var arrays: ClassWeightOptions
  @Option(
    help: ArgumentHelp(
      "By how much nearer in squared distance the own class is to be.", valueName: "m"))
  var margin = 0.8
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: CTriplet { CTriplet(margin: margin) }
}
