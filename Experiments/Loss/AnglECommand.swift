import ArgumentParser
import Contrastive

/// AnglE's loss of complex angles in the order of scores.
struct AnglECommand: ScoredPairLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "angle",
    abstract: "AnglE: differences of angles of pairs in the order of the pairs' scores.",
    discussion: """
      One value for all pairs: it has no terms, and --reduction changes nothing.
      Without an option τ is 0.05, a scale of 20.

      Example:
        Experiments loss angle --a a.npy --b b.npy --scores y.npy --scale 20
      """)
  static let title = "AnglE"
  static let card = LossCard(
    type: "AnglE",
    formula: "log(1 + Σ e^(s·vᵢ − s·vⱼ)), v = |Re + Im| of â·conj(b̂), halves as complex rows",
    candidates: "pairs of pairs with yᵢ < yⱼ",
    positives: "the pair of the higher score y",
    reduction: "one term",
    scale: "s",
    equals: "sentence-transformers 6.2.0 AnglELoss")

  @OptionGroup var pairs: ScoredPairOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: AnglE {
    get throws { AnglE(temperature: try temperature) }
  }
}
