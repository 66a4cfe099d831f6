import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NT-Xent")
struct NTXentTests: TwoViewReferenceSuite {
  static let cases = Reference.named("nt-xent").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> NTXent {
    NTXent(temperature: try reference.temperature)
  }

  @Test("of one sample is 0, and of equal rows log(2N − 1)", arguments: [0.01, 1])
  func closedForms(temperature: Double) throws {
    let temperature = try Temperature(temperature)
    let loss = NTXent(temperature: temperature)
    let one = Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 1)
    let other = Matrix<Float>.random(rowCount: 1, columnCount: 3, seed: 2)
    let single = try loss.valueWithGradient(viewA: one, viewB: other)
    #expect(single.value == 0)
    #expect(single.gradient.viewA?.elements == [0, 0, 0])
    #expect(single.gradient.viewB?.elements == [0, 0, 0])
    #expect(single.gradient.temperature == 0)

    let equal = Matrix<Double>(rowCount: 4, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(viewA: equal, viewB: equal)
    #expect(abs(step.value - log(7)) < 1e-14 * temperature.scale)
    let diagnostics = try #require(step.diagnostics)
    expectClose(diagnostics.chance, log(7), size: 1, tolerance: 1e-15, "chance")
    #expect(diagnostics.top1Accuracy == 0)
    let floor = try CandidateSet.twoViews(size: 4).floor(temperature: temperature, dimension: 3)
    #expect(diagnostics.floor == floor.value)
    #expect(diagnostics.floorAttainable == floor.isAttainable)
  }

  // pytorch-metric-learning's loss of this name is 87.34 here, with a gradient of exactly 0.
  @Test("does not saturate on hard pairs at τ = 0.01", arguments: scalars)
  func hardPairs(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // Positives nearly opposite, negatives nearly equal.
      let a: Matrix<Float> = [[1, 0.01], [-1, 0.02]]
      let b: Matrix<Float> = [[-1, 0.015], [1, 0.005]]
      let plain = PlainLoss.hardNegative(
        ["viewA": a.converted(), "viewB": b.converted()], positivePrior: 0, concentration: 0,
        temperature: 0.01)
      let step = try NTXent(temperature: 0.01).valueWithGradient(
        viewA: a.converted(to: Scalar.self), viewB: b.converted())
      Answer(step).expectClose(
        to: plain.answer(),
        tolerance: TestSupport.Tolerance(temperature: 0.01, scalar: Scalar.self),
        "hard pairs")
      #expect(step.value > 199)
      let square = try #require(step.gradient.viewA).doubles.reduce(0) { $0 + $1 * $1 }
      #expect(square.squareRoot() > 0.1)
    }
    try check(scalar)
  }

  @Test("is the loss over pairs, and SupCon, of two rows per label", arguments: [0.05, 1])
  func pairs(temperature: Double) throws {
    let temperature = try Temperature(temperature)
    let a = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let b = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 2)
    let views = Answer(try NTXent(temperature: temperature).valueWithGradient(viewA: a, viewB: b))
    var stacked = views
    stacked.gradients["embeddings"] =
      views.gradients["viewA", default: []] + views.gradients["viewB", default: []]
    let (rows, labels) = (a.followed(by: b), (0..<10).map { 100 - $0 % 5 })
    for answer in [
      Answer(
        try NTXentPairs(temperature: temperature).valueWithGradient(
          embeddings: rows, labels: labels)),
      Answer(
        try SupCon(temperature: temperature).valueWithGradient(embeddings: rows, labels: labels)),
    ] {
      answer.expectClose(
        to: stacked, tolerance: TestSupport.Tolerance(temperature: 1, scalar: Double.self), "pairs")
    }
  }

  @Test("observes what plain sums do", arguments: [0.05, 0.5])
  func diagnostics(temperature: Double) throws {
    let (a, b) = DiagnosticsTests.nearPairs
    let rows = a.followed(by: b)
    let expected = try DiagnosticsTests.expected(
      rows, b.followed(by: a),
      negatives: { i in (0..<26).filter { $0 % 13 != i % 13 }.map { (rows, $0) } },
      temperature: try Temperature(temperature))
    let loss = NTXent(temperature: try Temperature(temperature))
    for options in ComputeOptions.referenceVariants {
      let double = try loss.valueWithGradient(viewA: a, viewB: b, options: options)
      let float = try loss.valueWithGradient(
        viewA: a.converted(to: Float.self), viewB: b.converted(), options: options)
      DiagnosticsTests.check(try #require(double.diagnostics), expected, tolerance: 1e-12)
      DiagnosticsTests.check(try #require(float.diagnostics), expected, tolerance: 2e-5)
    }
  }
}
