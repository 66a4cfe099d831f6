import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("Margins of a softmax over classes")
struct ClassMarginTests {
  private func step<Scalar: EmbeddingScalar>(
    _ subject: LossSubject, _ features: Matrix<Scalar>, _ classWeights: Matrix<Scalar>,
    _ labels: [Int], margin: Double, scale: Double
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    let loss = try #require(
      try subject.classWeightLoss(temperature: try Temperature(scale: scale), margin: margin))
    return try loss.valueWithGradient(
      features: features, classWeights: classWeights, labels: labels, of: .all, reduction: .mean,
      diagnostics: .all, options: ComputeOptions())
  }

  /// By how much the cosine of an aligned row is lowered.
  private func leastMargin(_ subject: LossSubject, _ margin: Double) throws -> Double {
    let ownCosine = try #require(subject.ownCosine(margin: margin))
    return 1 - ownCosine(1).value
  }

  @Test("of 0 leave NormFace's softmax", arguments: LossSubject.withMargins, scalars)
  func none(_ subject: LossSubject, as scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let features = Matrix<Scalar>.random(rowCount: 9, columnCount: 4, seed: 1)
      let weights = Matrix<Scalar>.random(rowCount: 5, columnCount: 4, seed: 2)
      let labels = (0..<9).map { $0 % 4 }
      let plain = try NormFaceSoftmax(temperature: 0.125).valueWithGradient(
        features: features, classWeights: weights, labels: labels)
      let step = try step(subject, features, weights, labels, margin: 0, scale: 8)
      Answer(step).expectClose(
        to: Answer(plain), tolerance: Tolerance(temperature: 0.125, scalar: Scalar.self), "0")
      #expect(step.diagnostics?.chance == plain.diagnostics?.chance)
    }
    try check(scalar)
  }

  @Test("of one class make a loss of 0", arguments: LossSubject.withMargins, [1, 64] as [Double])
  func oneClass(_ subject: LossSubject, scale: Double) throws {
    let features = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    let step = try step(
      subject, features, features.rows(1..<2), [0, 0, 0], margin: 0.5, scale: scale)
    #expect(step.value == 0)
    #expect(step.gradient.features == Matrix(rowCount: 3, columnCount: 2))
    #expect(step.gradient.classWeights?.elements == [0, 0])
    #expect(step.gradient.scale == 0)
    #expect(step.diagnostics?.floor == 0)
    #expect(step.diagnostics?.chance == 0)
  }

  @Test(
    "leave equal rows at the chance level, from s = 1e-3 to 1e3",
    arguments: LossSubject.withMargins,
    [1e-3, 1, 64, 1e3])
  func collapsed(_ subject: LossSubject, scale: Double) throws {
    let equal = Matrix<Double>(rowCount: 5, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try step(subject, equal.rows(0..<2), equal, [4, 1], margin: 0.5, scale: scale)
    let shift = try scale * leastMargin(subject, 0.5)
    // log(1 + 4·e^(sδ)), without its overflow.
    let expected = shift + log(4 + exp(-shift))
    expectClose(step.value, expected, size: max(1, scale), tolerance: 1e-14, "loss")
    expectClose(step.diagnostics?.chance, expected, size: expected, tolerance: 1e-14, "chance")
    #expect(step.gradient.features?.isFinite == true)
    #expect(step.gradient.classWeights?.isFinite == true)
    #expect(step.diagnostics?.floor == nil)
  }

  @Test(
    "have a floor that a simplex attains, and that nothing near it passes",
    arguments: LossSubject.withMargins, [0.1, 0.5, 1.5])
  func floors(_ subject: LossSubject, margin: Double) throws {
    // Three directions in the plane, 120° apart.
    let weights = Matrix<Double>(rowCount: 3, columnCount: 2) {
      $1 == 0 ? cos(2 * .pi * Double($0) / 3) : sin(2 * .pi * Double($0) / 3)
    }
    let labels = [2, 0, 1, 1, 2, 0]
    let features = Matrix<Double>(rowCount: 6, columnCount: 2) { weights[labels[$0], $1] }
    for scale in [0.5, 4, 20] {
      let step = try step(subject, features, weights, labels, margin: margin, scale: scale)
      let diagnostics = try #require(step.diagnostics)
      let floor = try #require(diagnostics.floor)
      let shift = scale * (try leastMargin(subject, margin) - 1.5)
      #expect(abs(floor / log1p(2 * exp(shift)) - 1) < 1e-14 * max(1, scale))
      // Cosines of a few roundings, times the scale; ArcFace's angle 0 is 1e-16.
      #expect(abs(step.value / floor - 1) < 1e-15 * 4 * max(1, scale))
      #expect(diagnostics.floorAttainable == true)
      expectClose(diagnostics.floorShare, 1, size: 1, tolerance: 1e-14 * max(1, scale), "share")
      for (seed, noise) in [0.01, 0.1, 0.5, 2].enumerated() {
        let byFeatures = Matrix<Double>.random(
          rowCount: 6, columnCount: 2, seed: UInt64(seed))
        let byWeights = Matrix<Double>.random(
          rowCount: 3, columnCount: 2, seed: UInt64(seed) + 9)
        let near = try self.step(
          subject,
          Matrix(rowCount: 6, columnCount: 2) { features[$0, $1] + noise * byFeatures[$0, $1] },
          Matrix(rowCount: 3, columnCount: 2) { weights[$0, $1] + noise * byWeights[$0, $1] },
          labels, margin: margin, scale: scale)
        #expect(near.value > floor)
        #expect(near.diagnostics?.floor == floor)
      }
    }
  }

  // Half of a cross-entropy is below the floor of a whole one.
  @Test("give a function of one's own no floor, which its least value need not be")
  func ownFunction() throws {
    let weights = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1)
    let step = try HalvedSoftmax(temperature: 0.5).valueWithGradient(
      features: weights, classWeights: weights, labels: [0, 1, 2])
    #expect(step.diagnostics != nil && step.diagnostics?.floor == nil)
    let whole = try NormFaceSoftmax(temperature: 0.5).valueWithGradient(
      features: weights, classWeights: weights, labels: [0, 1, 2])
    #expect(whole.diagnostics?.floor != nil && abs(step.value - whole.value / 2) < 1e-15)
  }

  @Test("leave ranks and similarities those of the cosines", arguments: LossSubject.withMargins)
  func diagnostics(_ subject: LossSubject) throws {
    let (weights, near) = DiagnosticsTests.nearPairs
    let labels = Array(0..<13)
    let plain = try NormFaceSoftmax(temperature: 0.125).valueWithGradient(
      features: near, classWeights: weights, labels: labels)
    var expected = try #require(plain.diagnostics)
    let observed = try #require(
      try step(subject, near, weights, labels, margin: 0.5, scale: 8).diagnostics)
    #expect((observed.chance ?? 0) > (expected.chance ?? 0))
    #expect((observed.floor ?? 0) > (expected.floor ?? 0))
    expected.chance = observed.chance
    expected.floor = observed.floor
    expected.floorShare = observed.floorShare
    #expect(observed == expected)
  }
}

private struct HalvedSoftmax: ClassSoftmaxLoss {
  var temperature: Temperature
  var function: any RowFunction { Halved() }

  struct Halved: RowFunction {
    func evaluate(_ rows: inout RowTerms) {
      for row in rows.indices {
        let difference = rows.logSumExp[0][row] - rows.positives[row]
        rows.values[row] = softplus(difference) / 2
        let slope = rows.weights[row] * logistic(difference) / 2
        rows.logSumExpSlopes[0][row] = slope
        rows.positiveSlopes[row] = -slope
      }
    }
  }
}
