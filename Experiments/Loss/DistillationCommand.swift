import ArgumentParser
import Contrastive

/// Hinton's distillation loss.
struct DistillationCommand: TemperedLossReporting {
  static let configuration = CommandConfiguration(
    loss: "distillation",
    abstract: "Hinton's distillation: T² KL of softened teacher and student probabilities.",
    notes: [noteOfTemperature],
    examples: "--student-logits s.npy --teacher-logits t.npy --temperature 4")
  static let title = "Distillation"
  static let gradientNames = ["studentLogits", "teacherLogits"]
  static let card = LossCard(
    type: "Distillation",
    formula: "T² · KL(softmax(t/T′) ‖ softmax(x/T))",
    candidates: "given logits",
    positives: "the teacher’s probabilities",
    reduction: "mean over rows",
    scale: "1/T, and T² outside; T′ of the teacher",
    equals: "Hinton et al. 2015, arXiv 1503.02531; torch 2.15.0 kl_div with batchmean, times T²",
    otherNames: ["kd", "kl-div"])
  static let defaultTemperature = 1.0
  static let termName = "row"

  @Option(help: "n × C: the student's logits.") var studentLogits: String
  @Option(help: "n × C: the teacher's logits.") var teacherLogits: String
  @OptionGroup var teacherOptions: TeacherTemperatureOptions
  @OptionGroup var temperatureOptions: LossTemperatureOptions
  @OptionGroup var lossOptions: LossOptions
  @OptionGroup var outputOptions: OutputOptions

  func outcome<Scalar: FileScalar>(as scalar: Scalar.Type) throws -> LossOutcome<Scalar> {
    let student = try InputArray<Scalar>(studentLogits)
    let teacher = try InputArray<Scalar>(teacherLogits)
    let loss = Distillation(
      temperature: try temperature, teacherTemperature: try teacherOptions.temperature)
    let step = try loss.valueWithGradient(
      studentLogits: student.matrix, teacherLogits: teacher.matrix,
      of: .forReport(arrays: wantsGradients),
      reduction: lossOptions.libraryReduction)
    var outcome = LossOutcome(step, of: student, teacher)
    outcome.hasNegatives = student.matrix.columnCount > 1
    return outcome
  }
}
