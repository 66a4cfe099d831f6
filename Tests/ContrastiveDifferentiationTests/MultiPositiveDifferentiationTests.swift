import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// To the bit but for the product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses of several positives have the gradients of their steps")
struct MultiPositiveDifferentiationTests {
  let x = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 2)
  let positives = PairPositives.equalIDs(
    queries: [0, 1, 2, 0, 9], keys: [0, 0, 1, 2, 2, 1, 8])

  private func expect(
    _ gradient: [Matrix<Double>], equal matrices: [Matrix<Double>?],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      gradient == matrices.map { ($0 ?? .zero).multiplied(by: 3) }, sourceLocation: sourceLocation)
    #expect(
      gradient.allSatisfy { $0.elements.contains { $0 != 0 } }, sourceLocation: sourceLocation)
  }

  @Test("InfoNCE, with and without constant keys", arguments: PositiveForm.allCases)
  func infoNCE(_ form: PositiveForm) throws {
    let loss = MultiPositiveInfoNCE(temperature: 0.2, form: form)
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y, positives: positives)
    }
    let step = try loss.valueWithGradient(queries: x, keys: y, positives: positives)
    #expect(value == 3 * step.value && step.value != 0)
    expect([gradient.1, gradient.2], equal: [step.gradient.queries, step.gradient.keys])
    #expect(gradient.0.logScale == step.gradient.logScale.map { 3 * $0 })
    let constant = _Differentiation.gradient(at: x) { x in
      3
        * loss(
          queries: x, keys: y, positives: positives,
          excluding: .lists([[6], [], [0], [], []]), reduction: .sum)
    }
    let other = try loss.valueWithGradient(
      queries: x, keys: y, positives: positives, excluding: .lists([[6], [], [0], [], []]),
      of: .queries, reduction: .sum)
    expect([constant], equal: [other.gradient.queries])
  }

  @Test("CLIP and SigLIP, by all they learn")
  func imagesAndTexts() throws {
    let clip = MultiPositiveCLIP(temperature: 0.2, form: .meanOutside)
    let (value, gradient) = valueWithGradient(at: clip, x, y) { loss, x, y in
      3 * loss(images: x, texts: y, positives: positives)
    }
    let step = try clip.valueWithGradient(images: x, texts: y, positives: positives)
    #expect(value == 3 * step.value)
    expect([gradient.1, gradient.2], equal: [step.gradient.images, step.gradient.texts])
    #expect(gradient.0.logScale == step.gradient.logScale.map { 3 * $0 })
    let sigLIP = SigLIP(temperature: 0.2, bias: -1)
    let sigmoid = _Differentiation.gradient(at: sigLIP, x, y) { loss, x, y in
      3 * loss(images: x, texts: y, positives: positives)
    }
    let sigmoidStep = try sigLIP.valueWithGradient(images: x, texts: y, positives: positives)
    expect(
      [sigmoid.1, sigmoid.2], equal: [sigmoidStep.gradient.images, sigmoidStep.gradient.texts])
    #expect(sigmoid.0.bias == sigmoidStep.gradient.bias.map { 3 * $0 })
    #expect(sigmoid.0.logScale == sigmoidStep.gradient.logScale.map { 3 * $0 })
  }
}
