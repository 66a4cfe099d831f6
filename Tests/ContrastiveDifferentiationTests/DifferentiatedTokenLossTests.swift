import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// By automatic differentiation against their own `valueWithGradient`, to the bit but for the product with a cotangent of
/// 3, which is one rounding.
@Suite("Differentiable losses of tokens have the gradients of their steps")
struct DifferentiatedTokenLossTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  @Test("tokens", arguments: LossSubject.ofTokens)
  func tokens(_ subject: LossSubject) throws {
    let loss = try #require(
      subject.tokenLoss(temperature: 0.2) as? any TokenLoss & TemperatureDifferentiable)
    try checkTokens(loss)
  }

  private func checkTokens<Loss: TokenLoss & TemperatureDifferentiable>(_ loss: Loss) throws {
    let (lengths, others) = ([1, 3, 2], [2, 1, 3])
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3
        * loss(
          queries: x, queryLengths: lengths, documents: y, documentLengths: others)
    }
    let step = try loss.valueWithGradient(
      queries: TokenRows(x, lengths: lengths), documents: TokenRows(y, lengths: others))
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.documents], slope: step.gradient.logScale)
  }

  @Test("a teacher's scores of tokens")
  func teachersScores() throws {
    let loss = MaxSimDistillation(temperature: 0.2, teacherTemperature: 0.5)
    let (lengths, others) = ([1, 3, 2], [2, 1, 3])
    let scores: Matrix<Double> = [[0.5, 1, -0.25], [2, 0, 1], [0.125, 0.5, 1.5]]
    let (value, gradient) = valueWithGradient(at: loss, x, y) { loss, x, y in
      3
        * loss(
          queries: x, queryLengths: lengths, documents: y, documentLengths: others,
          teacherScores: scores)
    }
    let step = try loss.valueWithGradient(
      queries: TokenRows(x, lengths: lengths), documents: TokenRows(y, lengths: others),
      teacherScores: scores)
    expect(
      value, [gradient.1, gradient.2], slope: gradient.0.logScale, equal: step,
      [step.gradient.queries, step.gradient.documents], slope: step.gradient.logScale)
  }
}
