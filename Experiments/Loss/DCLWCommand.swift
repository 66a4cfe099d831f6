import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// DCL with weighted positives.
struct DCLWCommand: TemperedLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "dclw",
    abstract: "DCLW: dcl, with views that are further apart weighing more.",
    discussion: """
      perQuery lists the rows of the first view, then those of the second.
      Without options τ is 0.1, and σ 0.5.

      Example:
        Experiments loss dclw --view-a a.npy --view-b b.npy --sigma 0.5
      """)
  static let title = "Weighted decoupled contrastive loss"
  static let gradientNames = ["viewA", "viewB"]
  static let card = LossCard(
    type: "DecoupledContrastive",
    formula: "ℓ − w·s·c₊, w = 2 − N·softmax(c₊/σ), constant",
    candidates: "the 2N − 2 negatives of two views; the positive is none",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s; σ of the weights",
    equals: "lightly DCLWLoss")
  static let defaultTemperature = 0.1

  @Option(help: "N × d: the first view, two rows at least.") var viewA: String
  @Option(help: "N × d: the second view.") var viewB: String
  @Option(
    help: "σ: the temperature of the weights over the batch's positive pairs.")
  var sigma = 0.5
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let loss = DecoupledContrastive(
      temperature: try temperature, weightTemperature: try Temperature(sigma, named: "--sigma"))
    let views = try TwoViewArrays<Scalar>(viewA, viewB)
    let variables: TwoViewVariables = wantsGradients ? .all : [.temperature, .scale, .logScale]
    guard let ranks = try rankOptions.ranks(rowCount: views.a.matrix.rowCount) else {
      return views.outcome(
        try loss.valueWithGradient(
          viewA: views.a.matrix, viewB: views.b.matrix, of: variables,
          reduction: lossOptions.libraryReduction))
    }
    var outcome = views.outcome(
      try loss.valueWithGradient(
        viewA: ranks.part(of: views.a, "viewA", as: "viewA"),
        viewB: ranks.part(of: views.b, "viewB", as: "viewA"), of: variables,
        reduction: lossOptions.libraryReduction, across: ranks.group))
    try ranks.gather(&outcome, sides: 2)
    return outcome
  }
}
