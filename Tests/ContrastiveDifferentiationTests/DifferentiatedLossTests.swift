import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// By automatic differentiation against their own `valueWithGradient`, to the bit but for the product with a cotangent of
/// 3, which is one rounding.
@Suite("Differentiable losses of logits and measures of rows have the gradients of their steps")
struct DifferentiatedLossTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  let labels = [0, 1, 0, 2, 1, 0]

  @Test("logits")
  func logits() throws {
    let crossEntropy = SoftmaxCrossEntropy(temperature: 2)
    let byLabel = valueWithGradient(at: crossEntropy, x) { loss, x in
      3 * loss(logits: x, labels: [0, 1, 2, 3, 0, 1])
    }
    let labelStep = try crossEntropy.valueWithGradient(logits: x, labels: [0, 1, 2, 3, 0, 1])
    expect(
      byLabel.value, [byLabel.gradient.1], slope: byLabel.gradient.0.logScale, equal: labelStep,
      [labelStep.gradient.logits], slope: labelStep.gradient.logScale)
    let distillation = Distillation(temperature: 2)
    let both = valueWithGradient(at: distillation, x, y) { loss, x, y in
      3 * loss(studentLogits: x, teacherLogits: y)
    }
    let step = try distillation.valueWithGradient(studentLogits: x, teacherLogits: y)
    expect(
      both.value, [both.gradient.1, both.gradient.2], slope: both.gradient.0.logScale, equal: step,
      [step.gradient.studentLogits, step.gradient.teacherLogits], slope: step.gradient.logScale)
    let student = gradient(at: x) { x in 3 * distillation(studentLogits: x, teacherLogits: y) }
    #expect(student == both.gradient.1)
  }

  @Test("measures of the representation")
  func representation() throws {
    let alignment = try Alignment()
    let aligned = valueWithGradient(at: x, y) { x, y in 3 * alignment(x: x, y: y) }
    let alignmentStep = try alignment.valueWithGradient(x: x, y: y)
    expect(
      aligned.value, [aligned.gradient.0, aligned.gradient.1], equal: alignmentStep,
      [alignmentStep.gradient.x, alignmentStep.gradient.y])
    let uniformity = try Uniformity()
    let uniform = valueWithGradient(at: x) { x in 3 * uniformity(embeddings: x) }
    let uniformityStep = try uniformity.valueWithGradient(embeddings: x)
    expect(
      uniform.value, [uniform.gradient], equal: uniformityStep,
      [uniformityStep.gradient.embeddings])
    let orthogonal = try GlobalOrthogonalRegularization()
    let spread = valueWithGradient(at: x) { x in 3 * orthogonal(embeddings: x) }
    let orthogonalStep = try orthogonal.valueWithGradient(embeddings: x)
    expect(
      spread.value, [spread.gradient], equal: orthogonalStep,
      [orthogonalStep.gradient.embeddings])
    let tolerance = Contrastive.Tolerance()
    let tolerant = valueWithGradient(at: x) { x in 3 * tolerance(embeddings: x, labels: labels) }
    let toleranceStep = try tolerance.valueWithGradient(embeddings: x, labels: labels)
    expect(
      tolerant.value, [tolerant.gradient], equal: toleranceStep,
      [toleranceStep.gradient.embeddings])
  }
}
