import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

/// The reference's names of a loss of one array of keys.
private func inBatch<Scalar: EmbeddingScalar>(
  _ loss: OneWayLoss, _ reference: Reference.Case, as scalar: Scalar.Type,
  options: ComputeOptions
) throws -> Answer {
  var answer = Answer(
    try loss.valueWithGradient(
      queries: try reference.matrix("queries", as: scalar),
      candidates: try Candidates(try reference.matrix("positives", as: scalar)),
      of: options.strategy == .onePass ? [.queries, .temperature] : .all, options: options))
  answer.gradients["positives"] = answer.gradients.removeValue(forKey: "keys0")
  return answer
}

@Suite("Label-smoothed InfoNCE, a loss of one's own")
struct SmoothedReferenceTests: ReferenceSuite {
  static let cases = Reference.named("info-nce-smoothed").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  var keys: Set<String> { ["positives"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    try inBatch(
      OneWayLoss(
        SmoothedRow(smoothing: try reference.number("smoothing")),
        temperature: try reference.temperature), reference, as: scalar,
      options: options)
  }
}

@Suite("InfoNCE of logits 2·artanh(cos), a loss of one's own")
struct ArctanhReferenceTests: ReferenceSuite {
  static let cases = Reference.named("info-nce-arctanh").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  var keys: Set<String> { ["positives"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    try inBatch(
      OneWayLoss(PositiveCrossEntropy(), temperature: 0.5, logits: .arctanh), reference,
      as: scalar, options: options)
  }
}
