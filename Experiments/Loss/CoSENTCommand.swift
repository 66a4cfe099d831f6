import ArgumentParser
import Contrastive

/// CoSENT's loss of cosines in the order of scores.
struct CoSENTCommand: ScoredPairLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "cosent",
    abstract: "CoSENT: cosines of pairs in the order of the pairs' scores.",
    discussion: """
      One value for all pairs: it has no terms, and --reduction changes nothing.
      Without an option τ is 0.05, a scale of 20.

      Example:
        Experiments loss cosent --a a.npy --b b.npy --scores y.npy --scale 20
      """)
  static let title = "CoSENT"
  static let card = LossCard(
    type: "CoSENT",
    formula: "log(1 + Σ e^(s·cᵢ − s·cⱼ)), cᵢ of pair i",
    candidates: "pairs of pairs with yᵢ < yⱼ",
    positives: "the pair of the higher score y",
    reduction: "one term",
    scale: "s",
    equals: "sentence-transformers 6.2.0 CoSENTLoss")

  @OptionGroup var pairs: ScoredPairOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: CoSENT {
    get throws { CoSENT(temperature: try temperature) }
  }
}
