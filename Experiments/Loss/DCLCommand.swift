import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// NT-Xent without the positive in its denominator.
struct DCLCommand: TemperedLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "dcl",
    abstract: "DCL: NT-Xent without the positive in its denominator; can be negative.",
    discussion: """
      perQuery lists the rows of the first view, then those of the second.
      Without an option τ is 0.1.

      Example:
        Experiments loss dcl --view-a a.npy --view-b b.npy --temperature 0.1
      """)
  static let title = "Decoupled contrastive loss"
  static let gradientNames = ["viewA", "viewB"]
  static let card = LossCard(
    type: "DecoupledContrastive",
    formula: "ℓ − s·c₊",
    candidates: "the 2N − 2 negatives of two views; the positive is none",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "s",
    equals: "lightly DCLLoss",
    otherNames: ["decoupled"])
  static let defaultTemperature = 0.1

  @Option(help: "N × d: the first view, two rows at least.") var viewA: String
  @Option(help: "N × d: the second view.") var viewB: String
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let loss = DecoupledContrastive(temperature: try temperature)
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
