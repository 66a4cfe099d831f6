import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("CosFace")
struct CosFaceTests: ReferenceSuite {
  static let cases = Reference.named("cosface").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  // Constant class weights, or the one pass would not be taken.
  func omissions(_ options: ComputeOptions) -> Set<String> {
    options.strategy == .onePass ? ["classWeights"] : []
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try CosFace(
      temperature: try Temperature(scale: try reference.number("scale")),
      margin: try reference.number("margin"))
    return Answer(
      try loss.valueWithGradient(
        features: try reference.matrix("features", as: scalar),
        classWeights: try reference.matrix("classWeights"),
        labels: try reference.integers("labels"),
        of: options.strategy == .onePass ? [.features, .scale] : .all, options: options))
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
