import ArgumentParser
import Contrastive

/// NT-Xent over pairs of equal label.
struct NTXentPairsCommand: LabelledLossReporting, TemperedLossReporting, LogWeightedLossReporting,
  RankLossReporting
{
  static let configuration = CommandConfiguration(
    loss: "nt-xent-pairs",
    abstract: "NT-Xent over pairs of equal label, other positives out of the denominator.",
    notes: ["perQuery lists the ordered pairs of equal label, row by row.", noteOfTemperature],
    examples: "--embeddings z.npy --labels y.npy --temperature 0.1")
  static let title = "NT-Xent over pairs"
  static let card = LossCard(
    type: "NTXentPairs",
    formula: "softplus(ℓ − s·cₚ) of every positive p",
    candidates: "p and the rows of other labels",
    positives: "rows of the label",
    reduction: "mean over ordered pairs",
    scale: "s",
    equals: "pytorch-metric-learning 2.9.0 NTXentLoss; optax 0.2.8 ntxent")
  static let defaultTemperature = 0.07
  static let termName = "pair"
  static let conditionOfTerms = "no two rows have one label"

  @OptionGroup var batch: LabelledOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: NTXentPairs { get throws { NTXentPairs(temperature: try temperature) } }
}
