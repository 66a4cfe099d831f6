import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// To the bit but for the product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses of labels and classes take log-weights")
struct LabelLogWeightDifferentiationTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)
  let zeros = Matrix<Double>(rowCount: 6, columnCount: 4)
  let labels = [0, 1, 0, 2, 1, 0]
  let weights = [0.5, -1, 0.25, 1.5, 0, -0.5]
  let broken = [1.0, 2]

  private func checkBatch<Loss: LogWeightedLabelledLoss & TemperatureDifferentiable>(
    _ loss: Loss
  ) throws {
    let plain = valueWithGradient(at: loss, x) { loss, x in
      3 * loss(embeddings: x, labels: labels)
    }
    let plainStep = try loss.valueWithGradient(embeddings: x, labels: labels)
    expect(plain.value, [plain.gradient.1], plain.gradient.0, equal: plainStep)
    let weighted = valueWithGradient(at: loss, x) { loss, x in
      3 * loss(embeddings: x, labels: labels, logWeights: weights, reduction: .sum)
    }
    let step = try loss.valueWithGradient(
      embeddings: x, labels: labels, logWeights: weights, reduction: .sum)
    expect(weighted.value, [weighted.gradient.1], weighted.gradient.0, equal: step)
    #expect(try step.value != loss.value(embeddings: x, labels: labels, reduction: .sum))
    let failed = expectFailure {
      _ = try loss.value(embeddings: x, labels: labels, logWeights: broken)
    } of: {
      gradient(at: loss, x) { loss, x in loss(embeddings: x, labels: labels, logWeights: broken) }
    }
    #expect(failed?.0 == .zero && failed?.1 == zeros)
  }

  @Test("of a batch with labels")
  func batch() throws {
    try checkBatch(SupCon(temperature: 0.2))
    try checkBatch(NTXentPairs(temperature: 0.2))
    try checkBatch(BatchLoss(PositiveCrossEntropy(), temperature: 0.2))
  }

  @Test("of a batch with lists, or with a label that is nobody's")
  func supCon() throws {
    let loss = SupCon(temperature: 0.2)
    let ignoring = valueWithGradient(at: loss, x) { loss, x in
      3 * loss(embeddings: x, labels: labels, ignoring: 2, logWeights: weights)
    }
    let step = try loss.valueWithGradient(
      embeddings: x, labels: labels, ignoring: 2, logWeights: weights)
    expect(ignoring.value, [ignoring.gradient.1], ignoring.gradient.0, equal: step)
    #expect(try step.value != loss.value(embeddings: x, labels: labels, ignoring: 2))
    let lists = Positives(rowCount: 6) { $0 < $1 }
    let listed = valueWithGradient(at: loss, x) { loss, x in
      3 * loss(embeddings: x, positives: lists, logWeights: weights)
    }
    let listStep = try loss.valueWithGradient(
      embeddings: x, positives: lists, logWeights: weights)
    expect(listed.value, [listed.gradient.1], listed.gradient.0, equal: listStep)
    #expect(try listStep.value != loss.value(embeddings: x, positives: lists))
    for failed in [
      expectFailure {
        _ = try loss.value(embeddings: x, labels: labels, ignoring: 2, logWeights: broken)
      } of: {
        gradient(at: x) { loss(embeddings: $0, labels: labels, ignoring: 2, logWeights: broken) }
      },
      expectFailure {
        _ = try loss.value(embeddings: x, positives: lists, logWeights: broken)
      } of: {
        gradient(at: x) { loss(embeddings: $0, positives: lists, logWeights: broken) }
      },
    ] {
      #expect(failed == zeros)
    }
  }

  @Test("of neighbours, which have no temperature")
  func neighbours() throws {
    let loss = try NCA(softmaxScale: 2)
    let (value, slope) = valueWithGradient(at: x) { x in
      3 * loss(embeddings: x, labels: labels, logWeights: weights)
    }
    let step = try loss.valueWithGradient(embeddings: x, labels: labels, logWeights: weights)
    expect(value, [slope], equal: step, [step.gradient.embeddings])
    #expect(try step.value != loss.value(embeddings: x, labels: labels))
    let failed = expectFailure {
      _ = try loss.value(embeddings: x, labels: labels, logWeights: broken)
    } of: {
      gradient(at: x) { loss(embeddings: $0, labels: labels, logWeights: broken) }
    }
    #expect(failed == zeros)
  }

  private func checkClasses<Loss: LogWeightedClassLoss & TemperatureDifferentiable>(
    _ loss: Loss
  ) throws {
    let (value, slopes) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(features: x, classWeights: y, labels: labels, logWeights: weights)
    }
    let step = try loss.valueWithGradient(
      features: x, classWeights: y, labels: labels, logWeights: weights)
    expect(value, [slopes.1, slopes.2], slopes.0, equal: step)
    #expect(try step.value != loss.value(features: x, classWeights: y, labels: labels))
    let failed = expectFailure {
      _ = try loss.value(features: x, classWeights: y, labels: labels, logWeights: broken)
    } of: {
      gradient(at: loss, x, y) { loss, x, y in
        loss(features: x, classWeights: y, labels: labels, logWeights: broken)
      }
    }
    #expect(failed?.0 == .zero && failed?.1 == zeros && failed?.2 == zeros)
  }

  @Test("of classes, for logit adjustment", arguments: LossSubject.ofClassWeights)
  func classes(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.classWeightLoss(temperature: 0.2)
        as? any LogWeightedClassLoss & TemperatureDifferentiable)
    try checkClasses(loss)
  }

  @Test("of classes of several centres")
  func subCenters() throws {
    try checkClasses(try SubCenterArcFace(temperature: 0.2, margin: 0.3, subCenters: 1))
  }

  @Test("of proxies, which have no temperature")
  func proxies() throws {
    let loss = try ProxyNCA(softmaxScale: 2)
    let (value, slopes) = valueWithGradient(at: x, y) { x, y in
      3 * loss(features: x, classWeights: y, labels: labels, logWeights: weights)
    }
    let step = try loss.valueWithGradient(
      features: x, classWeights: y, labels: labels, logWeights: weights)
    expect(
      value, [slopes.0, slopes.1], equal: step,
      [step.gradient.features, step.gradient.classWeights])
    #expect(try step.value != loss.value(features: x, classWeights: y, labels: labels))
    let failed = expectFailure {
      _ = try loss.value(features: x, classWeights: y, labels: labels, logWeights: broken)
    } of: {
      gradient(at: x, y) { x, y in
        loss(features: x, classWeights: y, labels: labels, logWeights: broken)
      }
    }
    #expect(failed?.0 == zeros && failed?.1 == zeros)
  }
}
