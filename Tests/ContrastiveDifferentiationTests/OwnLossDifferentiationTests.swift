import Contrastive
import ContrastiveDifferentiation
import TestSupport
import Testing
import _Differentiation

/// To the bit but for the product with a cotangent of 3, which is one rounding.
@Suite("Differentiable losses of one's own have the gradients of their steps")
struct OwnLossDifferentiationTests {
  let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  @Test("one way, against candidates that leave out and weigh")
  func oneWay() throws {
    let loss = OneWayLoss(PositiveCrossEntropy(), temperature: 0.2)
    let candidates = try Candidates(
      y, excluding: .equalIDs(rows: [0, 1, 0, 2, 1, 0], keys: [0, 1, 0, 2, 1, 0]),
      logWeights: [0.5, -1, 0.25, 1.5, 0, -0.5])
    let (value, slopes) = valueWithGradient(at: loss, x) { loss, x in
      3 * loss(queries: x, candidates: candidates)
    }
    let step = try loss.valueWithGradient(
      queries: x, candidates: candidates, of: [.queries, .logScale])
    expect(
      value, [slopes.1], slope: slopes.0.logScale, equal: step, [step.gradient.queries],
      slope: step.gradient.logScale)
    let few = x.rows(0..<5)
    let failed = expectFailure {
      _ = try loss.valueWithGradient(queries: few, candidates: candidates)
    } of: {
      gradient(at: loss, few) { loss, x in
        loss(queries: x, candidates: candidates)
      }
    }
    #expect(failed?.0 == .zero && failed?.1 == Matrix(rowCount: 5, columnCount: 4))
  }

  @Test("a loss that writes its step alone, by whichever protocol")
  func labelled() throws {
    let loss = Own(temperature: 0.2)
    let labels = [0, 1, 0, 2, 1, 0]
    let (value, slopes) = valueWithGradient(at: loss, x) { loss, x in
      3 * loss(embeddings: x, labels: labels)
    }
    let step = try SupCon(temperature: 0.2).valueWithGradient(embeddings: x, labels: labels)
    expect(value, [slopes.1], slopes.0, equal: step)
  }
}

/// A loss of labels with a temperature, and without log-weights.
private struct Own: LabelledLoss, TemperatureDifferentiable {
  typealias TangentVector = Temperature.TangentVector

  var temperature: Temperature

  func step<E: Embeddings>(
    embeddings: E, labels: [Int], of variables: EmbeddingVariables, pass: LossPass
  ) throws(ContrastiveError) -> LossStep<E.Scalar, EmbeddingGradient<E.Scalar>> {
    try SupCon(temperature: temperature).step(
      embeddings: embeddings, labels: labels, of: variables, pass: pass)
  }
}
