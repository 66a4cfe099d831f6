import Contrastive
import TestSupport
import Testing

@Suite("InfoNCE with a temperature for each query")
struct RowTemperatureReferenceTests: ReferenceSuite {
  static let cases = Reference.named("info-nce-per-row-temperature").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  var keys: Set<String> { ["positives"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let temperature = try Temperature(rows: reference.numbers("temperatures"))
    return Answer(
      try InfoNCE(temperature: temperature).valueWithGradient(
        queries: try reference.matrix("queries", as: scalar),
        positives: try reference.matrix("positives"),
        of: options.strategy == .onePass ? [.queries, .temperature] : .all, options: options))
  }
}
