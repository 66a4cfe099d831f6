import ArgumentParser
import Contrastive

/// Distillation of a teacher's similarities within a batch.
struct EmbeddingDistillationCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    commandName: "embedding-distillation",
    abstract:
      "Cross-entropy between a teacher's and a student's similarities in the batch, both ways.",
    discussion: """
      The floor is the teacher's entropy, and the loss less the floor is the Kullback-Leibler divergence. The \
      teacher is constant.
      perQuery lists the pairs: half of the terms of an image and of its text.
      Without options τ is 0.07, and the teacher's scale 1/0.07.

      Example:
        Experiments loss embedding-distillation --images i.npy --texts t.npy --teacher-images ti.npy \
      --teacher-texts tt.npy --scale 20 --teacher-scale 100
      """)
  static let title = "Distillation of embeddings"
  static let gradientNames = ["images", "texts"]
  static let card = LossCard(
    type: "EmbeddingDistillation",
    formula: "½ [ H(p, q) of row i + H(p, q) of column i ], p of the teacher’s logits, q of s·c",
    candidates: "all texts of an image, all images of a text",
    positives: "all, by the teacher’s probabilities",
    reduction: "mean over pairs",
    scale: "s of the student, t of the teacher; no factor τ²",
    equals:
      "open_clip 3.3.0 DistillClipLoss, its second number, with a constant teacher (a cross-entropy, no divergence)",
    otherNames: ["distill-clip"])
  static let defaultTemperature = 0.07
  static let termName = "pair"

  @Option(help: "N × d: the student's embeddings of the images.") var images: String
  @Option(help: "N × d: row i is the text of image i.") var texts: String
  @Option(help: "N × e: the teacher's embeddings of the images.") var teacherImages: String
  @Option(help: "N × e: the teacher's of the texts.") var teacherTexts: String
  @Option(help: "N integers or texts: pairs of one id are left out, of both softmaxes.")
  var ids: String?
  @Option(help: ArgumentHelp("t, by which the teacher's cosines are multiplied.", valueName: "t"))
  var teacherScale = 1 / 0.07
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  private var teacherTemperature: Temperature {
    get throws {
      do {
        return try Temperature(scale: teacherScale)
      } catch {
        throw error.of("--teacher-scale")
      }
    }
  }

  func outcome<Scalar: EmbeddingScalar & ArrayElement>(
    as scalar: Scalar.Type
  ) throws -> LossOutcome<Scalar> {
    let images = try InputArray<Scalar>(images)
    let texts = try InputArray<Scalar>(texts)
    let teacherImages = try InputArray<Scalar>(teacherImages)
    let teacherTexts = try InputArray<Scalar>(teacherTexts)
    let loss = EmbeddingDistillation(
      temperature: try temperature,
      teacherTemperature: try teacherTemperature)
    let step = try loss.valueWithGradient(
      images: images.matrix, texts: texts.matrix, teacherImages: teacherImages.matrix,
      teacherTexts: teacherTexts.matrix, excluding: .equalIDs(in: ids),
      of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, byTemperature: step.gradient.byTemperature)
    outcome.hasNegatives = outcome.diagnostics?.effectiveNegatives != nil
    if ids != nil { outcome.addRemarkOfIDs() }
    outcome.add("images", step.gradient.images, of: images)
    outcome.add("texts", step.gradient.texts, of: texts)
    return outcome
  }
}
