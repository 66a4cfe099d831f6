import ArgumentParser
import Contrastive

/// CLIP of late interaction.
struct MaxSimCLIPCommand: TokenLossReporting {
  static let configuration = CommandConfiguration(
    loss: "maxsim-clip",
    abstract: "Late interaction both ways: queries find their documents, documents their queries.",
    notes: [
      "perQuery lists the pairs: half of the terms of a query and of its document.", noteOfTokens,
    ],
    examples:
      "--queries q.npy --documents d.npy --query-lengths ql.npy --document-lengths dl.npy --scale 1"
  )
  static let title = "CLIP of late interaction"
  static let card = LossCard(
    type: "MaxSimCLIP",
    formula:
      "½ [ softplus(ℓ of row i − s·Sᵢᵢ) + softplus(ℓ of column i − s·Sᵢᵢ) ], S as maxsim-info-nce’s",
    candidates: "all documents of a query, all queries of a document; less those of its id",
    positives: "the pair",
    reduction: "mean over pairs",
    scale: "s",
    equals:
      "torch 2.15.0 cross_entropy of sentence-transformers 6.2.0 maxsim and of its transpose, averaged"
  )
  static let termName = "pair"

  static let isBothWays = true

  @OptionGroup var tokens: TokenOptions
  @OptionGroup var mask: DocumentIDOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: MaxSimCLIP { get throws { MaxSimCLIP(temperature: try temperature) } }
}
