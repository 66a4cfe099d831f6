import ArgumentParser
import Contrastive
import ContrastiveDistributed

/// SigLIP's sigmoid loss.
struct SigLIPCommand: TemperedLossReporting, RankLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "siglip",
    abstract: "SigLIP: of every image and text of the batch, whether they belong together.",
    discussion: """
      The mean is over images: a sum of N × N terms divided by N.
      Without options τ is 0.1, a scale of 10, and the bias −10, where training starts.

      Example:
        Experiments loss siglip --images i.npy --texts t.npy --scale 10 --bias -10
      """)
  static let title = "SigLIP"
  static let gradientNames = ["images", "texts"]
  static let card = LossCard(
    type: "SigLIP",
    formula: "softplus(−zᵢᵢ) + Σ_{j≠i} softplus(zᵢⱼ), z = s·c + b",
    candidates: "every pair of the batch by itself",
    positives: "the pair",
    reduction: "sum over N² pairs / N",
    scale: "s and b, learned",
    equals: "open_clip SigLipLoss; big_vision",
    otherNames: ["sigmoid"])
  static let defaultTemperature = 0.1
  static let termName = "image"

  @Option(help: "N × d: the images' embeddings.") var images: String
  @Option(help: "N × d: row i is the text of image i.") var texts: String
  @Option(
    help: ArgumentHelp("b, added to the scaled cosines.", valueName: "b"))
  var bias = -10.0
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let images = try InputArray<Scalar>(images)
    let texts = try InputArray<Scalar>(texts)
    let loss = SigLIP(temperature: try temperature, bias: bias)
    let variables: SigLIP.Variables =
      wantsGradients ? .all : [.bias, .temperature, .scale, .logScale]
    let ranks = try rankOptions.ranks(rowCount: images.matrix.rowCount)
    let step =
      if let ranks {
        try loss.valueWithGradient(
          images: ranks.part(of: images, "images", as: "images"),
          texts: ranks.part(of: texts, "texts", as: "images"), of: variables,
          reduction: lossOptions.libraryReduction, across: ranks.group)
      } else {
        try loss.valueWithGradient(
          images: images.matrix, texts: texts.matrix, of: variables,
          reduction: lossOptions.libraryReduction)
      }
    var outcome = LossOutcome(step)
    outcome.byTemperature = step.gradient.byTemperature
    outcome.byBias = step.gradient.bias
    outcome.add("images", step.gradient.images, of: images)
    outcome.add("texts", step.gradient.texts, of: texts)
    try ranks?.gather(&outcome)
    return outcome
  }
}
