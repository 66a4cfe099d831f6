import ArgumentParser
import Contrastive

/// NormFace's C-contrastive loss.
struct CContrastiveCommand: LossReporting {
  static let configuration = CommandConfiguration(
    commandName: "c-contrastive",
    abstract: "C-contrastive: features near their class weight, and a margin from the others.",
    discussion: """
      Squared distances of normalised rows; a row's term sums over the classes.

      Example:
        Experiments loss c-contrastive --features f.npy --class-weights w.npy --labels y.npy
      """)
  static let title = "C-contrastive"
  static let gradientNames = ["features", "classWeights"]
  static let card = LossCard(
    type: "CContrastive",
    formula: "d_y² + Σ_{j≠y} max(0, m − dⱼ²)",
    candidates: "all classes",
    positives: "the class of the row",
    reduction: "mean over rows",
    scale: "no temperature",
    equals: "NormFace, C-contrastive")
  static let termName = "row"
  static let hasHinge = true

  @OptionGroup var arrays: AgentArrays
  @Option(
    help: ArgumentHelp("The squared distance that other classes are to keep.", valueName: "m"))
  var margin = 1.0
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    try arrays.outcome { features, classWeights, labels in
      try CContrastive(margin: margin).valueWithGradient(
        features: features, classWeights: classWeights, labels: labels,
        of: wantsGradients ? .all : [], reduction: lossOptions.libraryReduction)
    }
  }
}
