import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// CLIP's symmetric loss.
struct CLIPCommand: TemperedLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "clip",
    abstract: "CLIP: images find their texts, and texts their images, in the batch.",
    discussion: """
      perQuery lists the pairs: half of the terms of an image and of its text.
      Without an option τ is 0.07.

      Example:
        Experiments loss clip --images i.npy --texts t.npy --scale 100
      """)
  static let title = "CLIP"
  static let gradientNames = ["images", "texts"]
  static let card = LossCard(
    type: "CLIP",
    formula: "½ [ softplus(ℓ of row i − s·cᵢᵢ) + softplus(ℓ of column i − s·cᵢᵢ) ]",
    candidates: "all texts of an image, all images of a text; less those of its id",
    positives: "the pair",
    reduction: "mean over pairs",
    scale: "s, learned as log s",
    equals: "open_clip ClipLoss",
    otherNames: ["open-clip"])
  static let defaultTemperature = 0.07
  static let termName = "pair"

  @Option(help: "N × d: the images' embeddings.") var images: String
  @Option(help: "N × d: row i is the text of image i.") var texts: String
  @Option(
    help:
      "N integers or texts: pairs of one id are no negatives of each other, as captions of one image."
  )
  var ids: String?
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let images = try InputArray<Scalar>(images)
    let texts = try InputArray<Scalar>(texts)
    let loss = CLIP(temperature: try temperature)
    let variables: CLIP.Variables = wantsGradients ? .all : [.temperature, .scale, .logScale]
    let ranks = try rankOptions.ranks(rowCount: images.matrix.rowCount)
    let step: LossStep<Scalar, CLIP.Gradient<Scalar>>
    if let ranks {
      if ids != nil { throw ValidationError("--ids: not under mpirun; leave it out.") }
      step = try loss.valueWithGradient(
        images: ranks.part(of: images, "images", as: "images"),
        texts: ranks.part(of: texts, "texts", as: "images"), of: variables,
        reduction: lossOptions.libraryReduction, across: ranks.group)
    } else {
      step = try loss.valueWithGradient(
        images: images.matrix, texts: texts.matrix,
        excluding: try ids.map { .equalIDs(try readLabels($0).numbers[0]) } ?? .none,
        of: variables, reduction: lossOptions.libraryReduction)
    }
    var outcome = LossOutcome(step)
    if ids != nil { outcome.addRemarkOfIDs() }
    outcome.byTemperature = step.gradient.byTemperature
    outcome.add("images", step.gradient.images, of: images)
    outcome.add("texts", step.gradient.texts, of: texts)
    try ranks?.gather(&outcome)
    return outcome
  }
}
