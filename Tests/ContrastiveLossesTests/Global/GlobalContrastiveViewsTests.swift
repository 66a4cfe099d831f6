import Contrastive
import Foundation
import TestSupport
import Testing

@Suite("Global contrastive losses of two views")
struct GlobalContrastiveViewsTests {
  @Test(
    "equal LibAUC's SogCLR in averages and gradients",
    arguments: GlobalReference.cases("views-sogclr"))
  func sogCLR(_ reference: GlobalReference.Case) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let tolerance = try reference.tolerance(Scalar.self)
      let loss = try GlobalContrastive(
        temperature: Temperature(reference.number("temperature")),
        gamma: reference.number("gamma"))
      for options in ComputeOptions.referenceVariants {
        var normalizers = try MovingNormalizers(sampleCount: 10)
        for (number, step) in reference.steps.enumerated() {
          let (one, other) = step.rows(as: Scalar.self)
          let gradient = try loss.valueWithGradient(
            viewA: one, viewB: other, indices: step.indices, normalizers: &normalizers,
            options: options
          ).gradient
          step.expected.expect(normalizers, tolerance: tolerance.gradient, "step \(number)")
          // A sum over both views, where the library has the mean of all rows.
          try step.expected.expect(
            gradient, times: 2, tolerance: tolerance.gradient, "step \(number)")
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test(
    "equal LibAUC's iSogCLR in averages, temperatures and gradients",
    arguments: GlobalReference.cases("views-isogclr"))
  func robust(_ reference: GlobalReference.Case) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let tolerance = try reference.tolerance(Scalar.self)
      let loss = try RobustGlobalContrastive(
        gamma: reference.number("gamma"), rho: reference.number("rho"))
      var normalizers = try MovingNormalizers(sampleCount: 10)
      var temperatures = try IndividualTemperatures(
        sampleCount: 10, initial: Temperature(reference.number("temperature")),
        range: reference.number("tau_min")...reference.number("tau_max"),
        learningRate: reference.number("eta"), beta: reference.number("beta"))
      for (number, step) in reference.steps.enumerated() {
        let (one, other) = step.rows(as: Scalar.self)
        let gradient = try loss.valueWithGradient(
          viewA: one, viewB: other, indices: step.indices, normalizers: &normalizers,
          temperatures: &temperatures
        ).gradient
        step.expected.expect(normalizers, tolerance: tolerance.gradient, "step \(number)")
        try step.expected.expect(temperatures, tolerance: tolerance.gradient, "step \(number)")
        try step.expected.expect(
          gradient, times: 2, tolerance: tolerance.gradient, "step \(number)")
      }
      #expect(temperatures.images.contains(temperatures.range.upperBound))
    }
    try check(Double.self)
    try check(Float.self)
  }

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

  @Test("are τ·ρ when all embeddings are equal and have been, and 0 without negatives")
  func closedForms() throws {
    let equal = Matrix<Double>(rowCount: 4, columnCount: 3) { _, c in [1, 2, -2][c] }
    let loss = try GlobalContrastive(temperature: 0.05, rho: 6)
    var normalizers = try MovingNormalizers(sampleCount: 4)
    for _ in 0..<3 {
      let step = try loss.valueWithGradient(
        viewA: equal, viewB: equal, indices: [2, 1, 0, 3], normalizers: &normalizers)
      expectClose(step.value, 0.3, size: 1, tolerance: 1e-13, "loss")
      #expect(step.diagnostics?.chance == nil && step.diagnostics?.floor == nil)
    }
    let before = normalizers
    let alone = try loss.valueWithGradient(
      viewA: equal, viewB: equal, indices: [2, 1, 0, 3], normalizers: &normalizers,
      excluding: .equalIDs([1, 1, 1, 1]))
    #expect(alone.value == 0 && alone.gradient.viewA?.elements.allSatisfy { $0 == 0 } == true)
    #expect(normalizers == before)
  }

  @Test("say what does not fit, and move nothing then")
  func errors() throws {
    let x = Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 1)
    let loss = try GlobalContrastive(temperature: 0.1)
    var normalizers = try MovingNormalizers(sampleCount: 5)
    let before = normalizers
    func check(_ line: String, _ loss: GlobalContrastive, _ indices: [Int], rows: Int = 3) {
      expectRefusal(line) {
        _ = try loss.valueWithGradient(
          viewA: x.rows(0..<rows), viewB: x.rows(0..<rows), indices: indices,
          normalizers: &normalizers)
      }
      #expect(normalizers == before)
    }
    check(
      "indices: expected every sample once in a batch, found 3 again in row 2", loss, [3, 1, 3])
    check(
      "viewA: expected at least two rows, which are each other's negatives, found 1 row", loss,
      [0], rows: 1)
    check(
      "loss: expected one that is multiplied by τ, found the unscaled one",
      try GlobalContrastive.unscaled(temperature: 0.1), [0, 1, 2])
  }
}
