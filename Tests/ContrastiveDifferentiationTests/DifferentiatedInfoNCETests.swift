import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// By automatic differentiation against their own `valueWithGradient`, to the bit but for the product with a cotangent of
/// 3, which is one rounding.
@Suite("Differentiable InfoNCE has the gradients of its steps")
struct DifferentiatedInfoNCETests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  let z = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 3)
  let labels = [0, 1, 0, 2, 1, 0]

  @Test("InfoNCE, by its own positives")
  func infoNCE() throws {
    let loss = InfoNCE(temperature: 0.2)
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, positives: y)
    }
    let step = try loss.valueWithGradient(queries: x, positives: y)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.positives], slope: step.gradient.logScale)
  }

  @Test("InfoNCE against a queue, whose keys are constants")
  func queue() throws {
    var queue = try KeyQueue<Double>(capacity: 9, dimension: 4, prefill: .random(seed: 3))
    try queue.enqueue(z)
    let loss = InfoNCE(temperature: 0.2)
    let (value, gradient) = valueWithGradient(at: x) { x in
      3 * loss(queries: x, positives: y, negatives: .shared(queue.keys))
    }
    let step = try loss.valueWithGradient(
      queries: x, positives: y, negatives: .shared(queue.keys), of: .queries)
    expect(value, [gradient], equal: step, [step.gradient.queries])
  }

  @Test("InfoNCE by negatives that are shared, paired, and besides the batch")
  func negatives() throws {
    let loss = InfoNCE(temperature: 0.2)
    let shared = gradient(at: x, y, z) { x, y, z in
      loss(queries: x, positives: y, negatives: .shared(z))
    }
    let sharedStep = try loss.valueWithGradient(queries: x, positives: y, negatives: .shared(z))
    #expect(shared.0 == sharedStep.gradient.queries && shared.1 == sharedStep.gradient.positives)
    #expect(shared.2 == sharedStep.gradient.negatives && shared.2 != .zero)
    let paired = gradient(at: z) { z in loss(queries: x, positives: y, negatives: .paired(z)) }
    let pairedStep = try loss.valueWithGradient(queries: x, positives: y, negatives: .paired(z))
    #expect(paired == pairedStep.gradient.negatives && paired != shared.2)
    let both = gradient(at: z) { z in
      loss(queries: x, positives: y, negatives: .inBatchAndShared(z))
    }
    let bothStep = try loss.valueWithGradient(
      queries: x, positives: y, negatives: .inBatchAndShared(z))
    #expect(both == bothStep.gradient.negatives && both != shared.2)
  }

  @Test("InfoNCE with ids and reductions")
  func options() throws {
    let loss = InfoNCE(temperature: 0.2, hardness: 3)
    let excluded = FalseNegatives<Double>.equalIDs(labels)
    let (value, gradient) = valueWithGradient(at: x, y) { x, y in
      3 * loss(queries: x, positives: y, excluding: excluded, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      queries: x, positives: y, excluding: excluded, reduction: .sum)
    expect(
      value, [gradient.0, gradient.1], equal: step,
      [step.gradient.queries, step.gradient.positives])
  }

  @Test("MoCo v3, with and without constant keys")
  func mocoV3() throws {
    let loss = MoCoV3(temperature: 0.2)
    let step = try loss.valueWithGradient(queries: x, keys: y)
    let (value, all) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y)
    }
    expect(
      value, [all.1, all.2], slope: all.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.keys], slope: step.gradient.logScale)
    let constant = gradient(at: x) { x in 3 * loss(queries: x, keys: y) }
    let onePass = try loss.valueWithGradient(queries: x, keys: y, of: .queries)
    #expect(constant == onePass.gradient.queries?.multiplied(by: 3))
  }
}
