import ArgumentParser
import Contrastive

/// InfoNCE of late interaction.
struct MaxSimInfoNCECommand: TokenLossReporting {
  static let configuration = CommandConfiguration(
    loss: "maxsim-info-nce",
    abstract: "Late interaction: InfoNCE of sums of query tokens' largest cosines.",
    notes: ["Document i belongs to query i; there may be more.", noteOfTokens],
    examples:
      "--queries q.npy --documents d.npy --query-lengths ql.npy --document-lengths dl.npy --scale 1"
  )
  static let title = "InfoNCE of late interaction"
  static let card = LossCard(
    type: "MaxSimInfoNCE",
    formula: "softplus(ℓ − s·Sᵢᵢ), Sᵢⱼ = Σ over tokens t of max over tokens u of c_tu, ℓ of s·S",
    candidates: "all documents; less those of its id",
    positives: "document i",
    reduction: "mean over queries",
    scale: "s",
    equals: "torch 2.15.0 cross_entropy of sentence-transformers 6.2.0 maxsim",
    otherNames: ["colbert", "maxsim", "late-interaction"])

  static let isBothWays = false

  @OptionGroup var tokens: TokenOptions
  @OptionGroup var mask: DocumentIDOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: MaxSimInfoNCE { get throws { MaxSimInfoNCE(temperature: try temperature) } }
}
