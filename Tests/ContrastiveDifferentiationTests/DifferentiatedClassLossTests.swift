import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// By automatic differentiation against their own `valueWithGradient`, to the bit but for the product with a cotangent of
/// 3, which is one rounding.
@Suite("Differentiable losses of classes have the gradients of their steps")
struct DifferentiatedClassLossTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  let labels = [0, 1, 0, 2, 1, 0]

  private func check<Loss: ClassWeightLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3 * loss(features: x, classWeights: y, labels: labels)
    }
    let step = try loss.valueWithGradient(
      features: x, classWeights: y, labels: labels, of: .all, reduction: .mean,
      diagnostics: .none, options: ComputeOptions())
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.features, step.gradient.classWeights], slope: step.gradient.logScale)
  }

  private func check<Loss: ClassAgentLoss>(_ loss: Loss) throws {
    let (value, gradient) = valueWithGradient(at: x, y) { x, y in
      3 * loss(features: x, classWeights: y, labels: labels)
    }
    let step = try loss.valueWithGradient(
      features: x, classWeights: y, labels: labels, of: .all, reduction: .mean,
      diagnostics: .none, options: ComputeOptions())
    expect(
      value, [gradient.0, gradient.1], equal: step,
      [step.gradient.features, step.gradient.classWeights])
  }

  @Test("class weights", arguments: LossSubject.ofClassWeights)
  func classWeights(_ subject: LossSubject) throws {
    let loss = try #require(
      try subject.classWeightLoss(temperature: 0.2)
        as? any ClassWeightLoss & TemperatureDifferentiable)
    try check(loss)
  }

  @Test("class weights of several centres")
  func subCenters() throws {
    try check(try SubCenterArcFace(temperature: 0.2, margin: 0.3, subCenters: 1))
  }

  @Test("class agents", arguments: LossSubject.ofClassAgents)
  func classAgents(_ subject: LossSubject) throws {
    let loss = try #require(try subject.classAgentLoss())
    try check(loss)
  }
}
