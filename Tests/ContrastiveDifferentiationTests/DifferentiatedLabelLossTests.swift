import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// By automatic differentiation against their own `valueWithGradient`, to the bit but for the product with a cotangent of
/// 3, which is one rounding.
@Suite("Differentiable losses of labels and instances have the gradients of their steps")
struct DifferentiatedLabelLossTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  let z = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 3)
  let labels = [0, 1, 0, 2, 1, 0]

  private func check<Loss: UntemperedLabelledLoss>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: x) { x in 3 * loss(embeddings: x, labels: labels)
    }
    let step = try loss.valueWithGradient(
      embeddings: x, labels: labels, of: .all, reduction: .mean, diagnostics: .none,
      options: ComputeOptions())
    expect(value, [gradient], equal: step, [step.gradient.embeddings])
  }

  @Test("labels without a temperature", arguments: LossSubject.ofMetricLearning)
  func metricLearning(_ subject: LossSubject) throws {
    let loss = try #require(try subject.metricLoss())
    try check(loss)
  }

  @Test("labels, lists and a memory")
  func labelled() throws {
    var memory = try CrossBatchMemory<Double>(capacity: 12, dimension: 4)
    try memory.enqueue(y, labels: labels)
    let lists = Positives(rowCount: 6) { $0 < $1 }
    let supCon = SupCon(temperature: 0.2)
    let byLabel = valueWithGradient(at: supCon, x) { loss, x in
      3 * loss(embeddings: x, labels: labels, ignoring: 2)
    }
    let labelStep = try supCon.valueWithGradient(embeddings: x, labels: labels, ignoring: 2)
    expect(
      byLabel.value, [byLabel.gradient.1], slope: byLabel.gradient.0.logScale, equal: labelStep,
      [labelStep.gradient.embeddings], slope: labelStep.gradient.logScale)
    let byList = valueWithGradient(at: x) { x in 3 * supCon(embeddings: x, positives: lists) }
    let listStep = try supCon.valueWithGradient(embeddings: x, positives: lists)
    expect(byList.value, [byList.gradient], equal: listStep, [listStep.gradient.embeddings])
    let inMemory = valueWithGradient(at: x) { x in
      3 * supCon(embeddings: x, labels: labels, memory: memory)
    }
    let memoryStep = try supCon.valueWithGradient(embeddings: x, labels: labels, memory: memory)
    expect(inMemory.value, [inMemory.gradient], equal: memoryStep, [memoryStep.gradient.embeddings])

    let pairs = NTXentPairs(temperature: 0.2)
    let byPair = valueWithGradient(at: pairs, x) { loss, x in
      3 * loss(embeddings: x, labels: labels)
    }
    let pairStep = try pairs.valueWithGradient(embeddings: x, labels: labels)
    expect(
      byPair.value, [byPair.gradient.1], slope: byPair.gradient.0.logScale, equal: pairStep,
      [pairStep.gradient.embeddings], slope: pairStep.gradient.logScale)
    let pairsInMemory = valueWithGradient(at: x) { x in
      3 * pairs(embeddings: x, labels: labels, memory: memory)
    }
    let pairMemoryStep = try pairs.valueWithGradient(embeddings: x, labels: labels, memory: memory)
    expect(
      pairsInMemory.value, [pairsInMemory.gradient], equal: pairMemoryStep,
      [pairMemoryStep.gradient.embeddings])
  }

  @Test("instance discrimination")
  func instances() throws {
    let memory = try y.normalized()
    let softmax = NPIDSoftmax(temperature: 0.2)
    let bySoftmax = valueWithGradient(at: softmax, x) { loss, x in
      3 * loss(embeddings: x, memory: memory, targets: labels)
    }
    let softmaxStep = try softmax.valueWithGradient(embeddings: x, memory: memory, targets: labels)
    expect(
      bySoftmax.value, [bySoftmax.gradient.1], slope: bySoftmax.gradient.0.logScale,
      equal: softmaxStep, [softmaxStep.gradient.embeddings], slope: softmaxStep.gradient.logScale)
    let indices = (0..<6).map { [$0, 5 - $0, 3] }
    let noise = NPIDNCE(temperature: 0.2, normalization: try NormalizationConstant(40))
    let byNoise = valueWithGradient(at: noise, x) { loss, x in
      3 * loss(embeddings: x, memory: memory, indices: indices)
    }
    let noiseStep = try noise.valueWithGradient(embeddings: x, memory: memory, indices: indices)
    expect(
      byNoise.value, [byNoise.gradient.1], slope: byNoise.gradient.0.logScale, equal: noiseStep,
      [noiseStep.gradient.embeddings], slope: noiseStep.gradient.logScale)
  }

  @Test("triplets")
  func triplets() throws {
    let loss = TripletMargin(margin: 2)
    let (value, gradient) = valueWithGradient(at: x, y, z) { x, y, z in
      3 * loss(anchors: x, positives: y, negatives: z)
    }
    let step = try loss.valueWithGradient(anchors: x, positives: y, negatives: z)
    expect(
      value, [gradient.0, gradient.1, gradient.2], equal: step,
      [step.gradient.anchors, step.gradient.positives, step.gradient.negatives])
    let hardest = valueWithGradient(at: x) { x in 3 * loss(embeddings: x, labels: labels) }
    let hardestStep = try loss.valueWithGradient(embeddings: x, labels: labels)
    expect(hardest.value, [hardest.gradient], equal: hardestStep, [hardestStep.gradient.embeddings])
  }
}
