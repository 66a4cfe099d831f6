import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("The cross-entropy of logits")
struct SoftmaxCrossEntropyTests: PlainReferenceSuite {
  static let cases = Reference.named("softmax-cross-entropy").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = SoftmaxCrossEntropy(
      temperature: try Temperature(try reference.number("temperature")))
    return Answer(
      try loss.valueWithGradient(
        logits: try reference.matrix("logits", as: scalar),
        labels: try reference.integers("labels")))
  }

  @Test("keeps a tiny loss and its gradient to the last digits")
  func tiny() throws {
    let step = try SoftmaxCrossEntropy().valueWithGradient(
      logits: [[80, 0, 8]] as Matrix<Double>, labels: [0])
    let sum = exp(-80.0) + exp(-72.0)
    #expect(abs(step.value / sum - 1) < 1e-14)
    let gradient = try #require(step.gradient.logits)
    for (c, expected) in [-sum, exp(-80), exp(-72)].enumerated() {
      #expect(abs(gradient[0, c] / expected - 1) < 1e-14)
    }
    // 72 is exact in Float, so that only exp and the sums are rounded.
    let float = try SoftmaxCrossEntropy().valueWithGradient(
      logits: [[80, 0, 8]] as Matrix<Float>, labels: [0])
    #expect(abs(Double(float.value) / sum - 1) < 1e-6)
  }

  @Test("equals central differences over many rows")
  func finiteDifferences() throws {
    let logits = Matrix<Double>.random(rowCount: 19, columnCount: 3, seed: 1)
    let labels = (0..<19).map { $0 * 7 % 3 }
    let loss = SoftmaxCrossEntropy(temperature: 0.5)
    let step = try loss.valueWithGradient(logits: logits, labels: labels)
    let expected = try TestSupport.finiteDifferences(of: logits, step: finiteDifferenceStep / 2) {
      try loss.valueWithGradient(logits: $0, labels: labels, of: []).value
    }
    expectClose(
      step.gradient.logits?.elements, expected, size: 2 * max(1, step.value),
      tolerance: finiteDifferenceTolerance, "logits")
    #expect(
      try loss.valueWithGradient(logits: logits, labels: labels, of: []).gradient.logits == nil)
  }

  @Test("of one class is 0, of equal logits log C, ties ranked between")
  func closedForms() throws {
    let one = try SoftmaxCrossEntropy().valueWithGradient(
      logits: [[3], [-5]] as Matrix<Float>, labels: [0, 0])
    #expect(one.value == 0)
    #expect(one.gradient.logits?.elements == [0, 0])
    let equal = Matrix<Double>(rowCount: 2, columnCount: 17) { row, _ in Double(row) }
    let step = try SoftmaxCrossEntropy(temperature: 0.01).valueWithGradient(
      logits: equal, labels: [16, 3])
    #expect(abs(step.value - log(17)) < 1e-14)
    #expect(step.diagnostics?.top1Accuracy == 0)
    #expect(step.diagnostics?.top5Accuracy == 0)
    #expect(step.diagnostics?.meanPositiveSimilarity == nil)
    let ranked = try SoftmaxCrossEntropy().valueWithGradient(
      logits: [[1, 2, 3], [3, 2, 2], [0, 5, 0]] as Matrix<Double>, labels: [2, 0, 0])
    #expect(ranked.diagnostics?.top1Accuracy == 2.0 / 3)
    expectClose(ranked.diagnostics?.chance, log(3), size: 1, tolerance: 1e-15, "chance")
  }

  @Test("refuses logits that overflow when divided by the temperature")
  func overflow() throws {
    let loss = SoftmaxCrossEntropy(temperature: 0.07)
    for logits: Matrix<Float> in [[[1, 2], [3e38, 1e38]], [[1, 2], [0, -3e38]]] {
      let error = #expect(throws: ContrastiveError.self) {
        try loss.valueWithGradient(logits: logits, labels: [0, 1])
      }
      #expect(error?.description.contains("row 1") == true)
    }
    // A class masked by the least finite number is no candidate.
    let masked: Matrix<Float> = [[1, 2, -.greatestFiniteMagnitude]]
    let step = try loss.valueWithGradient(logits: masked, labels: [0])
    let plain = try loss.valueWithGradient(logits: masked.columns(0..<2), labels: [0])
    #expect(step.value == plain.value)
    #expect(step.gradient.logits?[0, 2] == 0)
  }
}
