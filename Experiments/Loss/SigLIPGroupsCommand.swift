import ArgumentParser
import Contrastive

/// SigLIP of images and texts that may have several positives.
struct SigLIPGroupsCommand: MultiPositiveTwoTowerLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "siglip-groups",
    abstract: "SigLIP of N images and M texts that may have several positives.",
    discussion: """
      The mean is over images, with or without a positive: a sum of N × M terms divided by N.
      Without options τ is 0.1, a scale of 10, and the bias −10, where training starts.

      Example:
        Experiments loss siglip-groups --images i.npy --texts t.npy --query-ids a.npy --key-ids b.npy --bias -10
      """)
  static let title = "SigLIP of several positives"
  static let card = LossCard(
    type: "SigLIP",
    formula: "Σ over P of softplus(−zᵢₚ) + Σ_{j∉P} softplus(zᵢⱼ), z = s·c + b",
    candidates: "every pair of an image and a text by itself, less those left out by ids",
    positives: "texts of the image’s id, or of a list",
    reduction: "sum over N × M pairs / N",
    scale: "s and b, learned",
    equals: "open_clip 3.3.0 SigLipLoss with its label matrix replaced")
  static let defaultTemperature = 0.1
  static let termName = "image"

  @Option(help: "N × d: the images' embeddings.") var images: String
  @Option(help: "M × d: the texts' embeddings.") var texts: String
  @OptionGroup var positives: PositiveOptions
  @Option(
    help: ArgumentHelp("b, added to the scaled cosines.", valueName: "b"))
  var bias = -10.0
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  var softTargets: String? { nil }

  func validate() throws { try positives.requireOne() }

  func termCount(of positives: PairPositives) -> Int? { nil }

  var loss: SigLIP {
    get throws { SigLIP(temperature: try temperature, bias: bias) }
  }
}
