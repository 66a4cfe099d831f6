import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("MACL")
struct MACLTests: ReferenceSuite {
  static let cases = Reference.named("macl").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try MACL(
      temperature: Temperature(try reference.number("temperature")),
      alpha: try reference.number("alpha"), threshold: try reference.number("threshold"))
    return Answer(
      try loss.valueWithGradient(
        viewA: try reference.matrix("viewA", as: scalar),
        viewB: try reference.matrix("viewB", as: scalar), options: options))
  }

  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  @Test("has the gradient of DCL at its temperature")
  func decoupled() throws {
    let (a, b) = (try Self.x.normalized().matrix, try Self.y.normalized().matrix)
    let mean =
      (0..<6).reduce(0) { sum, row in
        (0..<4).reduce(sum) { $0 + a[row, $1] * b[row, $1] }
      } / 6
    let step = try MACL(temperature: 0.2, alpha: 0.7, threshold: 0.1).valueWithGradient(
      viewA: Self.x, viewB: Self.y)
    let other = try DecoupledContrastive(
      temperature: Temperature(0.2 * (1 + 0.7 * (mean - 0.1)))
    ).valueWithGradient(viewA: Self.x, viewB: Self.y)
    expectClose(
      step.gradient.viewA?.elements, try #require(other.gradient.viewA).elements, size: 10,
      tolerance: 1e-14, "view a")
    expectClose(
      step.gradient.logScale, try #require(other.gradient.logScale), size: 10, tolerance: 1e-14,
      "log s")
    #expect(step.diagnostics?.floor == nil)
  }

  @Test("is (K + 1)/K·log(K + 1) of equal rows, 1 of rows far apart, and 0 of one pair")
  func closedForms() throws {
    let loss = try MACL(temperature: 0.01)
    let equal = Matrix<Double>(rowCount: 4, columnCount: 3) { _, c in [1, 2, -2][c] }
    let collapsed = try loss.valueWithGradient(viewA: equal, viewB: equal)
    expectClose(collapsed.value, 7 / 6.0 * log(7), size: 3, tolerance: 1e-13, "loss")
    expectClose(
      collapsed.diagnostics?.chance, 7 / 6.0 * log(7), size: 3, tolerance: 1e-15, "chance")
    // p is 1 − 4e-29 here, and −log p/(1 − p) as a quotient of what is left 0/0.
    let apart: Matrix<Double> = [[1, 0], [-1, 0]]
    let far = try MACL(temperature: 0.02, alpha: 0).valueWithGradient(viewA: apart, viewB: apart)
    #expect(far.value == 1 && far.gradient.logScale != 0)
    let one = try loss.valueWithGradient(
      viewA: Self.x.rows(0..<1), viewB: Self.y.rows(0..<1))
    #expect(one.value == 0 && one.gradient.viewA?.elements == [0, 0, 0, 0])
  }

  @Test("says what does not fit")
  func errors() {
    func expect(_ line: String, _ body: () throws -> Void) {
      let error = #expect(throws: ContrastiveError.self, performing: body)
      #expect(error?.description == line)
    }
    expect("alpha: expected a finite number, 0 or more, found -1.0") {
      _ = try MACL(temperature: 1, alpha: -1)
    }
    expect("threshold: expected a number from -1 to 1, found 1.5") {
      _ = try MACL(temperature: 1, threshold: 1.5)
    }
    let (up, down): (Matrix<Double>, Matrix<Double>) = ([[1, 0], [0, 1]], [[-1, 0], [0, -1]])
    expect(
      "alpha: expected less than 0.5, for a temperature above 0, found 1.0 at a mean cosine of -1.0"
    ) {
      _ = try MACL(temperature: 1, alpha: 1, threshold: 1).value(viewA: up, viewB: down)
    }
    let rows: Matrix<Float> = [[1, 0], [0, 1]]
    expect(
      "alpha: expected one whose temperature Float can hold, found 1e+40 at a mean cosine of 1.0"
    ) {
      _ = try MACL(temperature: 1, alpha: 1e40).value(viewA: rows, viewB: rows)
    }
  }
}
