import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("CosFace")
struct CosFaceTests: ClassWeightReferenceSuite {
  static let cases = Reference.named("cosface").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> CosFace {
    try CosFace(
      temperature: reference.temperatureOfScale, margin: reference.number("margin"))
  }

  @Test("takes no margin that cosines cannot keep", arguments: [-0.1, 2.1, .nan, .infinity])
  func margins(_ margin: Double) {
    let error = #expect(throws: ContrastiveError.self) {
      try CosFace(temperature: 0.1, margin: margin)
    }
    #expect(error?.description == "margin: expected a number from 0 to 2, found \(margin)")
  }

  @Test("is a loss of one's own with a margin, to the bit")
  func customLoss() throws {
    let features = Matrix<Float>.random(rowCount: 37, columnCount: 5, seed: 1)
    let weights = Matrix<Float>.random(rowCount: 21, columnCount: 5, seed: 2)
    let labels = (0..<37).map { $0 * 5 % 21 }
    for temperature in [0.02, 0.3] as [Temperature] {
      let expected = try CosFace(temperature: temperature, margin: 0.35).valueWithGradient(
        features: features, classWeights: weights, labels: labels)
      let step = try OneWayLoss(MarginRow(margin: 0.35), temperature: temperature)
        .valueWithGradient(
          queries: features, candidates: try Candidates(weights, positives: labels))
      #expect(step.value == expected.value && step.terms == expected.terms)
      #expect(step.gradient.queries == expected.gradient.features)
      #expect(step.gradient.keys == [expected.gradient.classWeights])
      #expect(step.gradient.logScale == expected.gradient.logScale)
      #expect(step.diagnostics?.top1Accuracy == expected.diagnostics?.top1Accuracy)
    }
  }
}
