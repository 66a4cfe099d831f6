import ArgumentParser
import Contrastive

/// SigLIP's sigmoid loss.
struct SigLIPCommand: TwoTowerLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    loss: "siglip",
    abstract: "SigLIP: of every image and text of the batch, whether they belong together.",
    notes: [
      "The mean is over images: a sum of N × N terms divided by N.",
      "Without options τ is 0.1, a scale of 10, and the bias −10, where training starts.",
    ],
    examples: "--images i.npy --texts t.npy --scale 10 --bias -10")
  static let title = "SigLIP"
  static let card = LossCard(
    type: "SigLIP",
    formula: "softplus(−zᵢᵢ) + Σ_{j≠i} softplus(zᵢⱼ), z = s·c + b",
    candidates: "every pair of the batch by itself",
    positives: "the pair",
    reduction: "sum over N² pairs / N",
    scale: "s and b, learned",
    equals: "open_clip 3.3.0 SigLipLoss; big_vision’s, arXiv 2303.15343",
    otherNames: ["sigmoid"])
  static let defaultTemperature = 0.1
  static let termName = "image"

  @OptionGroup var towers: TwoTowerOptions
  @Option(
    help: ArgumentHelp("b, added to the scaled cosines.", valueName: "b"))
  var bias = -10.0
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: SigLIP { get throws { SigLIP(temperature: try temperature, bias: bias) } }
}
