import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// By automatic differentiation against their own `valueWithGradient`, to the bit but for the product with a cotangent of
/// 3, which is one rounding.
@Suite("Differentiable losses of pairs have the gradients of their steps")
struct DifferentiatedPairLossTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  private func checkPairs<Loss: PairedLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(queries: x, keys: y)
    }
    let step = try loss.valueWithGradient(queries: x, keys: y, of: .all)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.keys], slope: step.gradient.logScale)
  }

  @Test("losses of pairs", arguments: LossSubject.ofPairs)
  func pairs(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.pairedLoss(temperature: 0.2, dimension: 4)
        as? any PairedLoss & TemperatureDifferentiable)
    try checkPairs(loss)
  }

  @Test("log-odds")
  func logOdds() throws {
    let loss = ArctanhInfoNCE()
    let (value, gradient) = valueWithGradient(at: x, y) { x, y in 3 * loss(queries: x, keys: y) }
    let step = try loss.valueWithGradient(queries: x, keys: y)
    expect(
      value, [gradient.0, gradient.1], equal: step, [step.gradient.queries, step.gradient.keys])
  }

  private func checkScores<Loss: ScoredPairLoss & TemperatureDifferentiable>(
    _ loss: Loss
  ) throws {
    let scores = LossSubject.scores(6)
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(a: x, b: y, scores: scores)
    }
    let step = try loss.valueWithGradient(a: x, b: y, scores: scores)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.a, step.gradient.b], slope: step.gradient.logScale)
  }

  @Test("scored pairs", arguments: LossSubject.ofScoredPairs)
  func scoredPairs(_ subject: LossSubject) throws {
    let loss = try #require(
      subject.scoredPairLoss(temperature: 0.2) as? any ScoredPairLoss & TemperatureDifferentiable)
    try checkScores(loss)
  }

  @Test("CLIP and SigLIP, by all they learn")
  func imagesAndTexts() throws {
    let clip = CLIP(temperature: 0.2)
    let (value, gradient) = valueWithGradient(at: clip, x, y) { loss, x, y in
      3 * loss(images: x, texts: y)
    }
    let step = try clip.valueWithGradient(images: x, texts: y)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.images, step.gradient.texts], slope: step.gradient.logScale)
    let sigLIP = SigLIP(temperature: 0.2, bias: -1)
    let (sigmoidValue, sigmoid) = valueWithGradient(at: sigLIP, x, y) { loss, x, y in
      3 * loss(images: x, texts: y)
    }
    let sigmoidStep = try sigLIP.valueWithGradient(images: x, texts: y)
    expect(
      sigmoidValue, [sigmoid.1, sigmoid.2], slope: sigmoid.0.logScale, equal: sigmoidStep,
      [sigmoidStep.gradient.images, sigmoidStep.gradient.texts],
      slope: sigmoidStep.gradient.logScale)
    #expect(sigmoid.0.bias == sigmoidStep.gradient.bias.map { 3 * $0 })
  }

  private func check<Loss: TwoViewLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(viewA: x, viewB: y)
    }
    let step = try loss.valueWithGradient(
      viewA: x, viewB: y, of: .all, reduction: .mean, diagnostics: .none,
      options: ComputeOptions())
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.viewA, step.gradient.viewB], slope: step.gradient.logScale)
  }

  @Test("two views", arguments: LossSubject.ofTwoViews)
  func twoViews(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.twoViewLoss(temperature: 0.2) as? any TwoViewLoss & TemperatureDifferentiable)
    try check(loss)
  }
}
