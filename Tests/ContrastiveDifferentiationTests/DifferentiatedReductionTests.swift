import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// To the bit but for the product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses of one term or of logits take reductions and options")
struct DifferentiatedReductionTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  let options = ComputeOptions(threads: 1)
  /// Of the one term.
  let half = Reduction.weighted([0.5])

  @Test("of the whole batch")
  func oneTerm() throws {
    let uniformity = try Uniformity()
    let (uniform, uniformSlope) = valueWithGradient(at: x) { x in
      3 * uniformity(embeddings: x, reduction: half, options: options)
    }
    let uniformStep = try uniformity.valueWithGradient(
      embeddings: x, reduction: half, options: options)
    expect(uniform, [uniformSlope], equal: uniformStep, [uniformStep.gradient.embeddings])
    let spread = try GlobalOrthogonalRegularization()
    let (orthogonal, orthogonalSlope) = valueWithGradient(at: x) { x in
      3 * spread(embeddings: x, reduction: half, options: options)
    }
    let orthogonalStep = try spread.valueWithGradient(
      embeddings: x, reduction: half, options: options)
    expect(
      orthogonal, [orthogonalSlope], equal: orthogonalStep, [orthogonalStep.gradient.embeddings])
    let scored = CoSENT(temperature: 0.2)
    let scores = LossSubject.scores(6)
    let (value, slopes) = valueWithGradient(at: scored, x, y) { loss, x, y in
      3 * loss(a: x, b: y, scores: scores, reduction: half, options: options)
    }
    let step = try scored.valueWithGradient(
      a: x, b: y, scores: scores, reduction: half, options: options)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(try step.value != scored.value(a: x, b: y, scores: scores))
  }

  @Test("of pairs and of logits")
  func terms() throws {
    let alignment = try Alignment()
    let (aligned, alignedSlopes) = valueWithGradient(at: x, y) { x, y in
      3 * alignment(x: x, y: y, reduction: .sum, options: options)
    }
    let alignedStep = try alignment.valueWithGradient(
      x: x, y: y, reduction: .sum, options: options)
    expect(
      aligned, [alignedSlopes.0, alignedSlopes.1], equal: alignedStep,
      [alignedStep.gradient.x, alignedStep.gradient.y])
    let labels = [0, 1, 2, 3, 0, 1]
    let crossEntropy = SoftmaxCrossEntropy(temperature: 2)
    let (value, slopes) = valueWithGradient(at: crossEntropy, x) { loss, x in
      3 * loss(logits: x, labels: labels, reduction: .sum, options: options)
    }
    let step = try crossEntropy.valueWithGradient(
      logits: x, labels: labels, reduction: .sum, options: options)
    expect(value, [slopes.1], slopes.0, equal: step)
    let distillation = Distillation(temperature: 2)
    let (divergence, taught) = valueWithGradient(at: distillation, x, y) { loss, x, y in
      3 * loss(studentLogits: x, teacherLogits: y, reduction: .sum, options: options)
    }
    let taughtStep = try distillation.valueWithGradient(
      studentLogits: x, teacherLogits: y, reduction: .sum, options: options)
    expect(divergence, [taught.1, taught.2], taught.0, equal: taughtStep)
  }

  @Test("and refuse threads that cannot be, with zeros of the arguments' shapes")
  func errors() throws {
    let none = ComputeOptions(threads: 0)
    let zeros = Matrix<Double>(rowCount: 6, columnCount: 4)
    let alignment = try Alignment()
    let aligned = expectFailure {
      _ = try alignment.valueWithGradient(x: x, y: y, options: none)
    } of: {
      gradient(at: x, y) { x, y in alignment(x: x, y: y, options: none) }
    }
    #expect(aligned?.0 == zeros && aligned?.1 == zeros)
    let distillation = Distillation(temperature: 2)
    let taught = expectFailure {
      _ = try distillation.valueWithGradient(studentLogits: x, teacherLogits: y, options: none)
    } of: {
      gradient(at: distillation, x, y) { loss, x, y in
        loss(studentLogits: x, teacherLogits: y, options: none)
      }
    }
    #expect(taught?.0 == .zero && taught?.1 == zeros && taught?.2 == zeros)
  }
}
