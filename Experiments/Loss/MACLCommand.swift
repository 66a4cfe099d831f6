import ArgumentParser
import Contrastive

/// NT-Xent at a temperature that follows the model.
struct MACLCommand: TwoViewLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "macl",
    abstract: "MACL: NT-Xent at a temperature that follows the mean cosine of positives.",
    discussion: """
      perQuery lists the rows of the first view, then those of the second.
      Without an option τ is 0.1.

      Example:
        Experiments loss macl --view-a a.npy --view-b b.npy --alpha 0.5
      """)
  static let title = "MACL"
  static let card = LossCard(
    type: "MACL",
    formula: "softplus(u)/σ(u), u = ℓ − c₊/τₐ, τₐ = τ·(1 + α·(mean c₊ − A₀)); σ(u) and τₐ constant",
    candidates: "the 2N − 1 other rows of two views",
    positives: "the other view",
    reduction: "mean over 2N rows",
    scale: "1/τₐ",
    equals: "lightly 1.6.0 MACLLoss")
  static let defaultTemperature = 0.1

  @OptionGroup var views: TwoViewOptions
  @Option(help: "α: how much τ follows the mean cosine of positives.") var alpha = 0.5
  @Option(help: "A₀: the mean cosine at which the temperature is τ.") var threshold = 0.0
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: MACL {
    get throws { try MACL(temperature: try temperature, alpha: alpha, threshold: threshold) }
  }
}
