import ArgumentParser
import Contrastive

/// CLIP's symmetric loss.
struct CLIPCommand: TwoTowerLossReporting, RankLossReporting, LogWeightedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "clip",
    abstract: "CLIP: images find their texts, and texts their images, in the batch.",
    notes: [
      "perQuery lists the pairs: half of the terms of an image and of its text.",
      noteOfTemperature,
    ],
    examples: "--images i.npy --texts t.npy --scale 100")
  static let title = "CLIP"
  static let card = LossCard(
    type: "CLIP",
    formula: "½ [ softplus(ℓ of row i − s·cᵢᵢ) + softplus(ℓ of column i − s·cᵢᵢ) ]",
    candidates: "all texts of an image, all images of a text; less those of its id",
    positives: "the pair",
    reduction: "mean over pairs",
    scale: "s, learned as log s",
    equals: "open_clip 3.3.0 ClipLoss",
    otherNames: ["open-clip"])
  static let defaultTemperature = 0.07
  static let termName = "pair"

  @OptionGroup var towers: TwoTowerOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var logWeightOptions: LogWeightOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  var loss: CLIP { get throws { CLIP(temperature: try temperature) } }
}
