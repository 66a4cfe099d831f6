import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("MoCo v3's loss")
struct MoCoV3Tests: ReferenceSuite {
  static let cases = Reference.named("moco-v3").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  var keys: Set<String> { ["keys"] }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = MoCoV3(temperature: try reference.temperature)
    return Answer(
      try loss.valueWithGradient(
        queries: try reference.matrix("queries", as: scalar), keys: try reference.matrix("keys"),
        of: options.strategy == .onePass ? [.queries, .temperature] : .all, options: options))
  }

  @Test("is 2τ times InfoNCE, and observes what InfoNCE does", arguments: [0.05, 1, 20])
  func infoNCE(temperature: Double) throws {
    let (queries, keys) = DiagnosticsTests.nearPairs
    let temperature = try Temperature(temperature)
    let plain = try InfoNCE(temperature: temperature).valueWithGradient(
      queries: queries, positives: keys)
    let step = try MoCoV3(temperature: temperature).valueWithGradient(queries: queries, keys: keys)
    let factor = 2 * temperature.value
    func times(_ numbers: [Double]?) -> [Double] { (numbers ?? []).map { factor * $0 } }
    // A product more or less.
    expectClose(step.terms, times(plain.terms), size: 10, tolerance: 1e-15, "terms")
    expectClose(
      step.gradient.queries?.elements, times(plain.gradient.queries?.elements), size: 1,
      tolerance: 1e-15, "queries")
    expectClose(
      step.gradient.keys?.elements, times(plain.gradient.positives?.elements), size: 1,
      tolerance: 1e-15, "keys")
    let (slope, byTemperature) = (
      try #require(plain.gradient.temperature), try #require(step.gradient.temperature)
    )
    expectClose(
      byTemperature, 2 * plain.value + factor * slope, size: max(1, plain.value), tolerance: 1e-13,
      "temperature")

    var expected = try #require(plain.diagnostics)
    let observed = try #require(step.diagnostics)
    for path in [\Diagnostics.chance, \.floor] {
      let value = factor * (expected[keyPath: path] ?? .nan)
      expectClose(observed[keyPath: path], value, size: value, tolerance: 1e-15, "\(path)")
      expected[keyPath: path] = observed[keyPath: path]
    }
    expectClose(
      observed.floorShare, try #require(expected.floorShare), size: 1, tolerance: 1e-15, "share")
    expected.floorShare = observed.floorShare
    #expect(observed == expected)
  }

  @Test("of one pair is 0, and of equal rows 2τ·log N", arguments: [1e-3, 0.2, 1e3])
  func closedForms(temperature: Double) throws {
    let loss = MoCoV3(temperature: try Temperature(temperature))
    let one = try loss.valueWithGradient(
      queries: Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 1),
      keys: Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 2))
    #expect(one.value == 0)
    #expect(one.gradient.queries?.elements == [0, 0, 0])
    #expect(one.gradient.keys?.elements == [0, 0, 0])
    #expect(one.gradient.temperature == 0)
    #expect(one.diagnostics?.floor == 0)

    let equal = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(queries: equal, keys: equal)
    let expected = 2 * temperature * log(7)
    // Roundings of cosines, times 2τ/τ.
    expectClose(step.value, expected, size: 1 + expected, tolerance: 1e-14, "loss")
    expectClose(step.diagnostics?.chance, expected, size: expected, tolerance: 1e-15, "chance")
    expectClose(
      step.gradient.temperature, 2 * log(7), size: 1 + 1 / temperature, tolerance: 1e-13, "by τ")
  }
}
