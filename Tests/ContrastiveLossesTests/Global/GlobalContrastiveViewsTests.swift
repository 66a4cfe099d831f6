import Contrastive
import Foundation
import TestSupport
import Testing

@Suite("Global contrastive losses of two views")
struct GlobalContrastiveViewsTests {
  @Test(
    "have at a first visit the value's own gradient, without false negatives too",
    arguments: [false, true])
  func firstVisit(paired: Bool) throws {
    let (one, other) = GlobalBatches.rows(3)
    let indices = GlobalBatches.indices[3]
    let ids = GlobalBatches.ids(3, paired: paired)
    let fresh = try MovingNormalizers(sampleCount: GlobalBatches.sampleCount)
    func step(
      _ one: Matrix<Double>, _ other: Matrix<Double>, at temperature: Double = 0.2
    ) throws -> LossStep<Double, TwoViewGradient<Double>> {
      var normalizers = fresh
      return try GlobalContrastive(temperature: Temperature(temperature), gamma: 0.3, rho: 0.7)
        .valueWithGradient(
          viewA: one, viewB: other, indices: indices, normalizers: &normalizers,
          excluding: .equalIDs(ids))
    }
    let gradient = try step(one, other).gradient
    let h = 0.2 * finiteDifferenceStep
    expectClose(
      gradient.viewA?.elements,
      try finiteDifferences(of: one, step: h) { try step($0, other).value }, size: 5,
      tolerance: finiteDifferenceTolerance, "view A")
    expectClose(
      gradient.viewB?.elements,
      try finiteDifferences(of: other, step: h) { try step(one, $0).value }, size: 5,
      tolerance: finiteDifferenceTolerance, "view B")
    let slope =
      try (step(one, other, at: 0.2 + h).value - step(one, other, at: 0.2 - h).value) / (2 * h)
    expectClose(
      gradient.temperature, slope, size: 25, tolerance: finiteDifferenceTolerance, "τ")
    // By a plain loop: row i of view A.
    let value = try step(one, other).terms[0]
    let rows = [one, other].map { rows in
      (0..<rows.rowCount).map { row -> [Double] in
        let own = (0..<rows.columnCount).map { rows[row, $0] }
        let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return own.map { $0 / length }
      }
    }
    func cosine(_ side: Int, _ row: Int) -> Double {
      zip(rows[0][0], rows[side][row]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let others = indices.indices.filter { ids[$0] != ids[0] }
    let mean =
      others.reduce(0) { $0 + exp(cosine(0, $1) / 0.2) + exp(cosine(1, $1) / 0.2) }
      / Double(2 * others.count)
    expectClose(value, 0.2 * (log(mean) + 0.7) - cosine(1, 0), size: 1, tolerance: 1e-14, "term")
  }
}
