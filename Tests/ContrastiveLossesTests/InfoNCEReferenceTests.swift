import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("InfoNCE equals the reference")
struct InfoNCEReferenceTests {
  static let cases = Reference.named("info-nce").cases
  static let queueCases = Reference.named("moco").cases

  @Test("in Double", arguments: cases)
  func double(_ reference: Reference.Case) throws {
    try check(reference, as: Double.self, options: EngineOptions())
  }

  @Test("in Float", arguments: cases)
  func float(_ reference: Reference.Case) throws {
    try check(reference, as: Float.self, options: EngineOptions())
  }

  func check<Scalar: EmbeddingScalar>(
    _ reference: Reference.Case, as scalar: Scalar.Type, options: EngineOptions
  ) throws {
    let loss = InfoNCE(temperature: try Temperature(try reference.number("temperature")))
    let mode = try reference.text("negatives")
    let negatives: Negatives<Scalar> =
      switch mode {
      case "in-batch": .inBatch
      case "shared": .shared(try reference.matrix("negatives", as: Scalar.self))
      case "paired": .paired(try reference.matrix("negatives", as: Scalar.self))
      default: .inBatchAndShared(try reference.matrix("negatives", as: Scalar.self))
      }
    let step = try loss.valueWithGradient(
      queries: try reference.matrix("queries", as: Scalar.self),
      positives: try reference.matrix("positives", as: Scalar.self), negatives: negatives,
      of: .all, reduction: .mean, diagnostics: .all, options: options)
    var gradients: [String: [Double]?] = [
      "queries": step.gradient.queries?.doubles, "positives": step.gradient.positives?.doubles,
      "temperature": step.gradient.temperature.map { [Double($0)] },
    ]
    if mode != "in-batch" { gradients["negatives"] = .some(step.gradient.negatives?.doubles) }
    try reference.check(loss: step.value, terms: step.terms, gradients: gradients)
  }
}
