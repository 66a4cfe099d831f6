import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Gradients of InfoNCE")
struct InfoNCEGradientTests {
  static let modes: [LossSubject] = [.inBatch, .shared, .paired, .inBatchAndShared]

  private func negatives(
    _ mode: LossSubject, _ rows: Matrix<Double>
  ) -> Negatives<Double> {
    switch mode {
    case .shared: .shared(rows)
    case .paired: .paired(rows)
    case .inBatchAndShared: .inBatchAndShared(rows)
    default: .inBatch
    }
  }

  @Test("equal central differences", arguments: modes, [0.1, 1])
  func finiteDifferences(_ mode: LossSubject, temperature: Double) throws {
    let loss = InfoNCE(temperature: try Temperature(temperature))
    let q = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    let n = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 3)
    func value(_ q: Matrix<Double>, _ p: Matrix<Double>, _ n: Matrix<Double>) throws -> Double {
      try loss.value(queries: q, positives: p, negatives: negatives(mode, n))
    }
    let step = try loss.valueWithGradient(
      queries: q, positives: p, negatives: negatives(mode, n))
    let h = finiteDifferenceStep * temperature
    func check(_ actual: Matrix<Double>?, _ expected: [Double], _ what: String) {
      expectClose(
        actual?.elements, expected, size: max(1, step.value) / temperature,
        tolerance: finiteDifferenceTolerance, what)
    }
    check(
      step.gradient.queries,
      try TestSupport.finiteDifferences(of: q, step: h) { try value($0, p, n) },
      "queries")
    check(
      step.gradient.positives,
      try TestSupport.finiteDifferences(of: p, step: h) { try value(q, $0, n) }, "positives")
    if mode == .inBatch {
      #expect(step.gradient.negatives == nil)
    } else {
      check(
        step.gradient.negatives,
        try TestSupport.finiteDifferences(of: n, step: h) { try value(q, p, $0) }, "negatives")
    }
  }

  @Test("by τ, s and log s equal central differences and each other", arguments: modes)
  func temperatureReadings(_ mode: LossSubject) throws {
    let q = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 2)
    let n = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 3)
    func step(
      _ temperature: Temperature
    ) throws -> LossStep<Double, InfoNCE.Gradient<Double>> {
      try InfoNCE(temperature: temperature).valueWithGradient(
        queries: q, positives: p, negatives: negatives(mode, n))
    }
    let at = try step(0.125)
    let gradient = at.gradient
    func slope(_ x: Double, _ make: (Double) throws -> Temperature) throws -> Double {
      let h = finiteDifferenceStep * x
      return try (step(make(x + h)).value - step(make(x - h)).value) / (2 * h)
    }
    let byTemperature = try slope(0.125) { try Temperature($0) }
    let byScale = try slope(8) { try Temperature(scale: $0) }
    let byLogScale = try slope(log(8)) { try Temperature(logScale: $0) }
    // A relative step of h is one of 8·cos in the logits.
    let size = max(1, at.value) * 8
    expectClose(
      gradient.temperature, byTemperature, size: size * 8, tolerance: finiteDifferenceTolerance,
      "temperature")
    expectClose(
      gradient.scale, byScale, size: size, tolerance: finiteDifferenceTolerance, "scale")
    expectClose(
      gradient.logScale, byLogScale, size: size, tolerance: finiteDifferenceTolerance, "log scale")
    // τ = 1/8 and s = 8 are exact, so that only the products are rounded.
    let logScale = try #require(gradient.logScale)
    #expect(gradient.scale == logScale / 8)
    #expect(gradient.temperature == -logScale * 8)
    #expect(try step(Temperature(scale: 8)).value == at.value)
    // exp(log 8) is 8 to two roundings, times the loss's slope by log s.
    #expect(abs(try step(Temperature(logScale: log(8))).value - at.value) < 1e-14)
  }

  @Test("by raw rows are orthogonal to them, by unit rows are not projected")
  func unitRows() throws {
    let raw = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 1)
    let keys = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 2)
    let negatives = Matrix<Double>.random(rowCount: 9, columnCount: 4, seed: 3)
    let loss = InfoNCE(temperature: 0.2)
    let fromRaw = try loss.valueWithGradient(
      queries: raw, positives: keys, negatives: .shared(negatives))
    let fromUnit = try loss.valueWithGradient(
      queries: raw.normalized(), positives: keys.normalized(),
      negatives: .shared(negatives.normalized()))
    #expect(abs(fromRaw.value - fromUnit.value) < 1e-14)
    for (rows, byRaw, byUnit) in [
      (raw, fromRaw.gradient.queries, fromUnit.gradient.queries),
      (keys, fromRaw.gradient.positives, fromUnit.gradient.positives),
      (negatives, fromRaw.gradient.negatives, fromUnit.gradient.negatives),
    ] {
      let (byRaw, byUnit) = (try #require(byRaw), try #require(byUnit))
      let largest = byUnit.elements.reduce(0) { max($0, abs($1)) }
      var radial = 0.0
      for r in 0..<rows.rowCount {
        let dot = (0..<4).reduce(0) { $0 + rows[r, $1] * byRaw[r, $1] }
        // Four products of rounded numbers, of slopes up to 2·largest by rows of length ½.
        #expect(abs(dot) < 1e-14 * largest)
        radial = max(radial, abs((0..<4).reduce(0) { $0 + rows[r, $1] * byUnit[r, $1] }))
      }
      #expect(radial > 0.01 * largest)
      expectClose(
        try rows.pullBackNormalization(byUnit).elements, byRaw.elements, size: largest,
        tolerance: 1e-13, "pullback")
    }
  }

  @Test("that were not asked for are nil, and the others the same")
  func unasked() throws {
    let q = Matrix<Double>.random(rowCount: 4, columnCount: 3, seed: 1)
    let n = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 3)
    func step(_ variables: InfoNCE.Variables) throws -> InfoNCE.Gradient<Double> {
      try InfoNCE(temperature: 0.2).valueWithGradient(
        queries: q, positives: q, negatives: .inBatchAndShared(n), of: variables
      ).gradient
    }
    let all = try step(.all)
    func names(_ gradient: InfoNCE.Gradient<Double>) -> [Bool] {
      [
        gradient.queries != nil, gradient.positives != nil, gradient.negatives != nil,
        gradient.temperature != nil, gradient.scale != nil, gradient.logScale != nil,
      ]
    }
    #expect(names(all) == [true, true, true, true, true, true])
    #expect(names(try step([])) == [false, false, false, false, false, false])
    let single: [InfoNCE.Variables] = [
      .queries, .positives, .negatives, .temperature, .scale, .logScale,
    ]
    for (index, variable) in single.enumerated() {
      let gradient = try step(variable)
      #expect(names(gradient) == single.indices.map { $0 == index })
      for (one, of) in [
        (gradient.queries, all.queries), (gradient.positives, all.positives),
        (gradient.negatives, all.negatives),
      ] {
        guard let one else { continue }
        expectClose(
          one.elements, of?.elements ?? [], size: 1, tolerance: 1e-13, "alone and together")
      }
      #expect(gradient.logScale == nil || gradient.logScale == all.logScale)
    }
  }

  @Test("by each query, pulled back, are those of the weighted sum")
  func perQuery() throws {
    let q = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let p = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    let weights = [0.5, -1, 2, 0, 0.25]
    let loss = InfoNCE(temperature: 0.2)
    let terms = try loss.perTerm(queries: q, positives: p)
    let step = try loss.valueWithGradient(
      queries: q, positives: p, reduction: .weighted(weights), diagnostics: .none)
    #expect(terms.values == step.terms)
    let gradient = try terms.pullback(weights, of: .all)
    #expect(gradient.queries == step.gradient.queries)
    #expect(gradient.positives == step.gradient.positives)
    #expect(gradient.logScale == step.gradient.logScale)
    #expect(
      throws: ContrastiveError(
        .weights, .count(found: 4, expected: .exactly(5, .onePer(.term))))
    ) {
      try terms.pullback([1, 2, 3, 4], of: .queries)
    }
    // The weighted sum's slope is the weighted sum of the slopes.
    var sum = Array(repeating: 0.0, count: 15)
    for i in weights.indices {
      let one = try terms.pullback(weights.indices.map { $0 == i ? 1 : 0 }, of: .queries)
      for (c, slope) in try #require(one.queries).elements.enumerated() {
        sum[c] += weights[i] * slope
      }
    }
    expectClose(gradient.queries?.elements, sum, size: 1, tolerance: 1e-13, "linearity")
  }
}
