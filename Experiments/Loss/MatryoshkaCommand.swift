import ArgumentParser
import Contrastive

/// InfoNCE of prefixes.
struct MatryoshkaCommand: PairedLossReporting, TemperedLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "matryoshka",
    abstract: "Matryoshka: in-batch InfoNCE of prefixes of the embeddings, summed.",
    discussion: """
      Every prefix is normalised by itself. Accuracies and similarities are the longest prefix's.
      Without an option τ is 0.05 and weights are 1.

      Example:
        Experiments loss matryoshka --queries q.npy --positives k.npy --dims 32,64,128
      """)
  static let title = "Matryoshka InfoNCE"
  static let card = LossCard(
    type: "Matryoshka",
    formula: "Σ over prefixes of w·softplus(ℓ − s·c₊), c and ℓ of the prefix",
    candidates: "the batch’s positives",
    positives: "the own one",
    reduction: "mean over queries, sum over prefixes",
    scale: "s",
    equals: "sentence-transformers 6.2.0 MatryoshkaLoss of MultipleNegativesRankingLoss")
  static let defaultTemperature = 0.05

  @OptionGroup var pairs: PairedOptions
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("How many coordinates each prefix has.", valueName: "d1,d2,..."))
  var dims: [NumberList<Int>]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("w of each prefix; without it 1 each.", valueName: "w1,w2,..."))
  var weights: [NumberList<Double>] = []
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: Matryoshka<InfoNCE> {
    get throws {
      try Matryoshka(
        InfoNCE(temperature: try temperature), dimensions: dims.numbers,
        weights: weights.isEmpty ? nil : weights.numbers)
    }
  }
}
