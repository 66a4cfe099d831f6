import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Alignment")
struct AlignmentTests: PlainReferenceSuite {
  static let cases = Reference.named("alignment").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try Alignment(exponent: try reference.number("alpha"))
    return Answer(
      try loss.valueWithGradient(
        x: try reference.matrix("x", as: scalar), y: try reference.matrix("y")))
  }

  @Test("of coinciding pairs is 0 with gradient 0, of opposite ones 2^α", arguments: [1.0, 2, 3])
  func closedForms(exponent: Double) throws {
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1)
    let loss = try Alignment(exponent: exponent)
    let same = try loss.valueWithGradient(x: rows, y: rows)
    #expect(same.value == 0)
    #expect(same.gradient.x == Matrix(rowCount: 3, columnCount: 4))
    #expect(same.gradient.y == Matrix(rowCount: 3, columnCount: 4))
    let opposite = Matrix<Double>(rowCount: 3, columnCount: 4) { -rows[$0, $1] }
    let step = try loss.valueWithGradient(x: rows, y: opposite, of: .x)
    #expect(abs(step.value - pow(2, exponent)) < 1e-14)
    #expect(step.gradient.y == nil)
  }

  @Test("of close pairs keeps its digits in Float")
  func close() throws {
    // 1e-4 apart, 2 − 2·cos has no digit left in Float; the chord of the angle θ is 2·sin(θ/2).
    let angle = 1e-4
    let x: Matrix<Float> = [[1, 0]]
    let y: Matrix<Float> = [[Float(cos(angle)), Float(sin(angle))]]
    let step = try Alignment(exponent: 1).valueWithGradient(x: x, y: y)
    #expect(abs(Double(step.value) / (2 * sin(angle / 2)) - 1) < 1e-6)
    // The unit vector along the chord, less its part along x.
    #expect(abs(Double(try #require(step.gradient.x)[0, 1]) + cos(angle / 2)) < 1e-6)
  }

  @Test("gradients equal central differences", arguments: [1.0, 2, 3])
  func finiteDifferences(exponent: Double) throws {
    let x = Matrix<Double>.random(rowCount: 3, columnCount: 3, seed: 1)
    let y = Matrix<Double>.random(rowCount: 3, columnCount: 3, seed: 2)
    let loss = try Alignment(exponent: exponent)
    let step = try loss.valueWithGradient(x: x, y: y)
    expectClose(
      step.gradient.x?.elements,
      try TestSupport.finiteDifferences(of: x, step: finiteDifferenceStep) {
        try loss.valueWithGradient(x: $0, y: y, of: []).value
      }, size: max(1, step.value), tolerance: finiteDifferenceTolerance, "x")
    expectClose(
      step.gradient.y?.elements,
      try TestSupport.finiteDifferences(of: y, step: finiteDifferenceStep) {
        try loss.valueWithGradient(x: x, y: $0, of: []).value
      }, size: max(1, step.value), tolerance: finiteDifferenceTolerance, "y")
  }

  // ‖x̂ − ŷ‖^(α−2) is infinite where ‖x̂ − ŷ‖² is the least number above 0, and ‖x̂ − ŷ‖^(α−1) is not.
  @Test(
    "of the nearest pairs that are apart has a finite gradient", arguments: [0.05, 0.25], scalars)
  func nearest(exponent: Double, _ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let distance = Scalar.leastNonzeroMagnitude.squareRoot()
      let (x, y): (Matrix<Scalar>, Matrix<Scalar>) = ([[1, 0]], [[1, distance]])
      let step = try Alignment(exponent: exponent).valueWithGradient(x: x, y: y)
      let slope = exponent * pow(Double(distance), exponent - 1)
      for (gradient, sign) in [(step.gradient.x, -1.0), (step.gradient.y, 1)] {
        let elements = try #require(gradient).doubles
        #expect(elements.allSatisfy { $0.isFinite })
        #expect(abs(elements[1] / (sign * slope) - 1) < 1e-6)
      }
    }
    try check(scalar)
  }
}
