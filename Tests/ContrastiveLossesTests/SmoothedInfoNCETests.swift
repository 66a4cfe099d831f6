import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("InfoNCE with label smoothing")
struct SmoothedInfoNCETests: PairedReferenceSuite {
  static let cases = Reference.named("info-nce-smoothed").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> SmoothedInfoNCE {
    try SmoothedInfoNCE(
      temperature: try Temperature(try reference.number("temperature")),
      smoothing: try reference.number("smoothing"))
  }

  static let x = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)
  static let y = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 2)

  @Test("without smoothing is InfoNCE, in value, gradient and diagnostics")
  func none() throws {
    let plain = try InfoNCE(temperature: 0.1).valueWithGradient(queries: Self.x, keys: Self.y)
    let step = try SmoothedInfoNCE(temperature: 0.1, smoothing: 0).valueWithGradient(
      queries: Self.x, keys: Self.y)
    #expect(step.value == plain.value && step.terms == plain.terms)
    #expect(step.gradient.queries == plain.gradient.queries)
    #expect(step.gradient.keys == plain.gradient.keys)
    #expect(step.diagnostics == plain.diagnostics)
  }

  @Test("of one pair is 0, and of equal rows log N", arguments: [0, 0.1, 1])
  func closedForms(smoothing: Double) throws {
    let loss = try SmoothedInfoNCE(temperature: 0.05, smoothing: smoothing)
    let one = try loss.valueWithGradient(
      queries: Self.x.rows(0..<1), keys: Self.y.rows(0..<1))
    #expect(one.value == 0)
    #expect(one.gradient.queries?.elements == [0, 0, 0, 0])
    #expect(one.gradient.temperature == 0)
    let equal = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(queries: equal, keys: equal)
    // Roundings of seven logits of 20.
    expectClose(step.value, log(7), size: 20, tolerance: 1e-14, "loss")
    expectClose(step.diagnostics?.chance, log(7), size: 1, tolerance: 1e-15, "chance")
    guard smoothing == 1 else { return }
    // All candidates weigh alike: nothing is below log N, and equal rows are there in any dimension.
    expectClose(step.diagnostics?.floor, log(7), size: 1, tolerance: 1e-15, "floor")
    #expect(step.diagnostics?.floorAttainable == true)
  }

  /// Cosines of 1 to the own key and c to all others: queries e₀·√c + eᵢ·√(1 − c).
  private func spread(_ count: Int, cosine: Double) -> Matrix<Double> {
    Matrix(rowCount: count, columnCount: count + 1) { row, column in
      column == 0 ? cosine.squareRoot() : column == row + 1 ? (1 - cosine).squareRoot() : 0
    }
  }

  @Test("has the target's entropy for a floor, and reaches it", arguments: [0.05, 0.2, 0.6])
  func entropyFloor(smoothing: Double) throws {
    let (count, temperature) = (5, 0.1)
    let share = smoothing * Double(count - 1) / Double(count)
    let gap = log(Double(count - 1) * (1 - share) / share)
    let rows = spread(count, cosine: 1 - temperature * gap)
    let step = try SmoothedInfoNCE(
      temperature: Temperature(temperature), smoothing: smoothing
    ).valueWithGradient(queries: rows, keys: rows)
    let entropy = -(1 - share) * log(1 - share) - share * log(share / Double(count - 1))
    let diagnostics = try #require(step.diagnostics)
    expectClose(diagnostics.floor, entropy, size: 1, tolerance: 1e-14, "floor")
    #expect(diagnostics.floorAttainable == true)
    expectClose(step.value, entropy, size: 10, tolerance: 1e-14, "loss")
    expectClose(diagnostics.floorShare, 1, size: 1, tolerance: 1e-13, "share")
    let largest = try #require(step.gradient.queries).elements.reduce(0) { max($0, abs($1)) }
    #expect(largest < 1e-13)
  }

  @Test("has the simplex's loss for a floor where τ is large")
  func simplexFloor() throws {
    // Of three rows in two dimensions, at 120°.
    let rows = Matrix<Double>(rowCount: 3, columnCount: 2) { row, column in
      let angle = 2 * Double.pi * Double(row) / 3
      return column == 0 ? cos(angle) : sin(angle)
    }
    let step = try SmoothedInfoNCE(temperature: 2, smoothing: 0.1).valueWithGradient(
      queries: rows, keys: rows)
    expectClose(
      step.diagnostics?.floor, step.value, size: 1, tolerance: 1e-14, "floor")
    #expect(step.diagnostics?.floorAttainable == true)
    // No rows are below it.
    for seed in 0..<200 as Range<UInt64> {
      let (a, b) = (
        Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 2 * seed),
        Matrix<Double>.random(rowCount: 3, columnCount: 2, seed: 2 * seed + 1)
      )
      for temperature in [0.1, 0.5, 2] as [Double] {
        let other = try SmoothedInfoNCE(
          temperature: Temperature(temperature), smoothing: 0.1
        ).valueWithGradient(queries: a, keys: b)
        #expect(try #require(other.diagnostics?.floor) <= other.value)
      }
    }
  }

  @Test("leaves false negatives out of the mean too")
  func ids() throws {
    let ids = [0, 1, 0, 2, 1, 2]
    let step = try SmoothedInfoNCE(temperature: 0.2, smoothing: 0.3).valueWithGradient(
      queries: Self.x, keys: Self.y, excluding: .equalIDs(ids))
    let (a, b) = (try Self.x.normalized().matrix, try Self.y.normalized().matrix)
    for row in 0..<6 {
      let logits = (0..<6).filter { $0 == row || ids[$0] != ids[row] }.map { other in
        (0..<4).reduce(0) { $0 + a[row, $1] * b[other, $1] } / 0.2
      }
      let own = (0..<4).reduce(0) { $0 + a[row, $1] * b[row, $1] } / 0.2
      let expected =
        log(logits.reduce(0) { $0 + exp($1) }) - 0.7 * own
        - 0.3 * logits.reduce(0, +) / Double(logits.count)
      expectClose(step.terms[row], expected, size: 5, tolerance: 1e-14, "row \(row)")
    }
    #expect(step.diagnostics?.floor == nil)
  }

  @Test("refuses a share beyond 0 to 1", arguments: [-0.1, 1.1, .nan])
  func errors(smoothing: Double) {
    let error = #expect(throws: ContrastiveError.self) {
      try SmoothedInfoNCE(temperature: 0.1, smoothing: smoothing)
    }
    #expect(
      error?.description == "smoothing: expected a number from 0 to 1, found \(smoothing)")
  }
}
