import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("The decoupled loss")
struct DecoupledContrastiveTests: TwoViewReferenceSuite {
  static let cases = Reference.named("dcl").cases
  static let weightedCases = Reference.named("dclw").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  @Test("with weights equals the reference", arguments: weightedCases, scalars)
  func weighted(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> DecoupledContrastive {
    let sigma = reference.parameters["sigma"] == nil ? nil : try reference.number("sigma")
    return DecoupledContrastive(
      temperature: try reference.temperature,
      weightTemperature: try sigma.map { try Temperature($0) })
  }

  static let losses: [DecoupledContrastive] = [
    .init(temperature: 0.1), .init(temperature: 0.1, weightTemperature: 0.5),
  ]

  @Test("refuses one sample, of which lightly's is −∞", arguments: losses)
  func oneSample(_ loss: DecoupledContrastive) {
    let error = #expect(throws: ContrastiveError.self) {
      try loss.valueWithGradient(
        viewA: [[1, 2]] as Matrix<Float>, viewB: [[2, 1]] as Matrix<Float>)
    }
    #expect(
      error?.description
        == "viewA: expected at least two rows, which are each other's negatives, found 1 row")
  }

  // Lightly's was the sum of two logarithms, 2·log(N − 1), for three years.
  @Test("takes one logarithm over the negatives of both views", arguments: [1e-3, 0.1, 1e3])
  func closedForms(temperature: Double) throws {
    let identity = Matrix<Double>(rowCount: 5, columnCount: 5) { $0 == $1 ? 3 : 0 }
    let equal = Matrix<Double>(rowCount: 5, columnCount: 3) { _, c in [1, 2, -2][c] }
    for weightTemperature in [nil, 0.5] as [Temperature?] {
      let loss = DecoupledContrastive(
        temperature: try Temperature(temperature), weightTemperature: weightTemperature)
      // Equal cosines of positives weigh 1.
      let step = try loss.valueWithGradient(viewA: identity, viewB: identity)
      let scale = 1 / temperature
      expectClose(step.value, log(8) - scale, size: 1 + scale, tolerance: 1e-15, "orthogonal")
      let collapsed = try loss.valueWithGradient(viewA: equal, viewB: equal)
      expectClose(collapsed.value, log(8), size: 1 + scale, tolerance: 1e-15, "equal")
      #expect(collapsed.gradient.viewA?.isFinite == true)
      expectClose(collapsed.diagnostics?.chance, log(8), size: 1, tolerance: 1e-15, "chance")
      #expect(collapsed.diagnostics?.floorShare == nil)
    }
  }

  @Test("has NT-Xent's gradient but for its factor 1 − p₊, and its diagnostics")
  func ntXent() throws {
    let (a, b) = DiagnosticsTests.nearPairs
    let (decoupled, coupled) = (
      DecoupledContrastive(temperature: 0.2), NTXent(temperature: 0.2)
    )
    let terms = try coupled.valueWithGradient(viewA: a, viewB: b).terms
    for row in [0, 5, 12, 13, 25] {
      let reduction = Reduction.weighted(terms.indices.map { $0 == row ? 1 : 0 })
      let one = try decoupled.valueWithGradient(viewA: a, viewB: b, reduction: reduction)
      let other = try coupled.valueWithGradient(viewA: a, viewB: b, reduction: reduction)
      let share = -expm1(-terms[row])
      for (gradient, expected) in [
        (one.gradient.viewA, other.gradient.viewA), (one.gradient.viewB, other.gradient.viewB),
      ] {
        expectClose(
          try #require(gradient).elements.map { share * $0 }, try #require(expected).elements,
          size: 10, tolerance: 1e-14, "row \(row)")
      }
    }
    let observed = try #require(
      try decoupled.valueWithGradient(viewA: a, viewB: b).diagnostics)
    var expected = try #require(try coupled.valueWithGradient(viewA: a, viewB: b).diagnostics)
    (expected.chance, expected.floor, expected.floorShare) = (log(24), observed.floor, nil)
    // A mean of 26 equal logarithms.
    expectClose(observed.chance, log(24), size: 1, tolerance: 26 * .ulpOfOne, "chance")
    expected.chance = observed.chance
    #expect(observed == expected)
  }

  @Test("has a floor that a simplex attains, and that nothing near it passes", arguments: losses)
  func floors(_ loss: DecoupledContrastive) throws {
    let simplex = Matrix<Double>(rowCount: 3, columnCount: 2) {
      $1 == 0 ? cos(2 * .pi * Double($0) / 3) : sin(2 * .pi * Double($0) / 3)
    }
    let step = try loss.valueWithGradient(viewA: simplex, viewB: simplex)
    let floor = try #require(step.diagnostics?.floor)
    expectClose(floor, log(4) - 15, size: 15, tolerance: 1e-15, "floor")
    expectClose(step.value, floor, size: 15, tolerance: 1e-15, "simplex")
    #expect(step.diagnostics?.floorAttainable == true)
    for seed in 1...8 as ClosedRange<UInt64> {
      let noise = Matrix<Double>.random(rowCount: 6, columnCount: 2, seed: seed)
      let size = exp2(-Double(seed))
      func near(_ first: Int) -> Matrix<Double> {
        Matrix(rowCount: 3, columnCount: 2) { simplex[$0, $1] + size * noise[first + $0, $1] }
      }
      let other = try loss.valueWithGradient(viewA: near(0), viewB: near(3))
      #expect(other.value > floor)
      #expect(other.diagnostics?.floor == floor)
    }
  }

  @Test("weighs positives by 2 − N·softmax(cos/σ), which may be negative", arguments: [1e-3, 0.5])
  func weights(sigma: Double) throws {
    // Positives at cosines 1 and 0.6; all negatives orthogonal, so that ℓ = log 4.
    let a: Matrix<Double> = [
      [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0],
    ]
    let b: Matrix<Double> = [
      [1, 0, 0, 0, 0, 0], [0, 0, 0.6, 0.8, 0, 0], [0, 0, 0, 0, 0.6, 0.8],
    ]
    let step = try DecoupledContrastive(
      temperature: 0.5, weightTemperature: try Temperature(sigma)
    ).valueWithGradient(viewA: a, viewB: b)
    let tail = exp(-0.4 / sigma)
    let weights = [2 - 3 / (1 + 2 * tail), 2 - 3 * tail / (1 + 2 * tail)]
    let expected = [log(4) - 2 * weights[0], log(4) - 1.2 * weights[1], log(4) - 1.2 * weights[1]]
    expectClose(step.terms, expected + expected, size: 4, tolerance: 1e-15, "terms")
  }
}
