import ArgumentParser
import Contrastive

/// CLIP's loss of images and texts that may have several positives.
struct CLIPGroupsCommand: MultiPositiveTwoTowerLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "clip-groups",
    abstract: "CLIP of N images and M texts that may have several positives, both ways.",
    discussion: """
      The value is half the mean over the images and half that over the texts, each over those with a positive. \
      \(PositiveFormName.discussion)
      perQuery lists the images and then the texts: half of a row's or column's term.
      Without an option τ is 0.07.

      Example:
        Experiments loss clip-groups --images i.npy --texts t.npy --query-ids a.npy --key-ids b.npy --scale 100
      """)
  static let title = "CLIP of several positives"
  static let card = LossCard(
    type: "MultiPositiveCLIP",
    formula: "½ of a row’s and ½ of a column’s: \(PositiveFormName.formula)",
    candidates: "all M texts of an image, all N images of a text; less those left out by ids",
    positives: "rows of the other side’s id, of a list, or by weights",
    reduction: "mean over images + mean over texts, each over those with a positive",
    scale: "s, learned as log s",
    equals: "\(PositiveFormName.equals), called both ways")
  static let defaultTemperature = 0.07
  static let termName = "image or text"
  static let conditionOfTerms = "no image has a text as its positive"

  @Option(help: "N × d: the images' embeddings.") var images: String
  @Option(help: "M × d: the texts' embeddings.") var texts: String
  @OptionGroup var positives: PositiveOptions
  @Option(help: "N × M, instead of ids: the positives' weights, 0 for a negative.")
  var softTargets: String?
  @Option(help: "Where the mean or sum over the positives stands.")
  var form = PositiveFormName.meanOutside
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try positives.requireOne(softTargets: softTargets != nil, form: form)
  }

  var loss: MultiPositiveCLIP {
    get throws { MultiPositiveCLIP(temperature: try temperature, form: form.library) }
  }
}
