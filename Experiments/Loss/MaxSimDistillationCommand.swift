import ArgumentParser
import Contrastive

/// Distillation of a teacher's scores of candidates.
struct MaxSimDistillationCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "maxsim-distillation",
    abstract: "KL of a teacher's scores of each query's candidates: late interaction, or cosines.",
    notes: [
      "Teacher scores N × M are of all documents; N × K, of N·K documents, of each query's own K in order.",
      noteOfTokens,
    ],
    examples: "--queries q.npy --documents d.npy --teacher-scores t.npy --temperature 1")
  static let title = "Distillation of late interaction"
  static let gradientNames = ["queries", "documents"]
  static let card = LossCard(
    type: "MaxSimDistillation",
    formula:
      "T² · KL(softmax(t/T′) ‖ softmax(S/T)), S as maxsim-info-nce’s; cosines of a token each",
    candidates: "all documents, or each query’s own",
    positives: "the teacher’s probabilities",
    reduction: "mean over queries",
    scale: "1/T, and T² outside; T′ of the teacher",
    equals:
      "sentence-transformers 6.2.0 MultiVectorDistillKLDivLoss, and DistillKLDivLoss of cosines; at T = T′ = 1 pylate 1.6.0 Distillation without its min-max scores",
    otherNames: ["distill-kl-div", "colbert-distillation"])
  static let defaultTemperature = 1.0

  @OptionGroup var tokens: TokenOptions
  @Option(help: "N × M or N × K numbers: the teacher's scores of the documents.")
  var teacherScores: String
  @OptionGroup var teacherOptions: TeacherTemperatureOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let arrays = try TokenArrays<Scalar>(tokens)
    let scores = try InputArray<Scalar>(teacherScores).matrix
    let loss = MaxSimDistillation(
      temperature: try temperature, teacherTemperature: try teacherOptions.temperature)
    var outcome = try arrays.outcome(
      loss.valueWithGradient(
        queries: arrays.queries, documents: arrays.documents, teacherScores: scores,
        of: .forReport(arrays: wantsGradients), reduction: lossOptions.libraryReduction))
    outcome.hasNegatives = scores.columnCount > 1
    return outcome
  }
}
