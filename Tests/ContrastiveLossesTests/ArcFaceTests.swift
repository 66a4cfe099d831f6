import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("ArcFace")
struct ArcFaceTests: ClassWeightReferenceSuite {
  static let cases = Reference.named("arcface").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> ArcFace {
    try ArcFace(
      temperature: reference.temperatureOfScale, margin: reference.number("margin"))
  }

  /// Six class weights, and features of lengths from 1/2 to 2 at an angle from them, to rounding.
  static func rows(at angle: Double) -> (features: Matrix<Float>, classWeights: Matrix<Float>) {
    let classWeights = Matrix<Float>.random(rowCount: 6, columnCount: 8, seed: 1)
    let sideways = Matrix<Float>.random(rowCount: 6, columnCount: 8, seed: 2)
    func dot(_ a: Matrix<Float>, _ b: Matrix<Float>, _ row: Int) -> Double {
      (0..<8).reduce(0) { $0 + Double(a[row, $1]) * Double(b[row, $1]) }
    }
    let features = Matrix<Float>(rowCount: 6, columnCount: 8) { r, c in
      let square = dot(classWeights, classWeights, r)
      let along = dot(sideways, classWeights, r) / square
      let length = (dot(sideways, sideways, r) - along * along * square).squareRoot()
      let tangent = (Double(sideways[r, c]) - along * Double(classWeights[r, c])) / length
      let unit = Double(classWeights[r, c]) / square.squareRoot()
      return Float((cos(angle) * unit + sin(angle) * tangent) * exp2(Double(r) / 2.5 - 1))
    }
    return (features, classWeights)
  }

  func step<Scalar: EmbeddingScalar>(
    _ features: Matrix<Scalar>, _ classWeights: Matrix<Scalar>, margin: Double = 0.5,
    scale: Double = 16
  ) throws -> LossStep<Scalar, ClassWeightGradient<Scalar>> {
    try ArcFace(temperature: try Temperature(scale: scale), margin: margin).valueWithGradient(
      features: features, classWeights: classWeights, labels: Array(0..<features.rowCount))
  }

  // From a cosine rounded to Float, 6e-8/θ² of sin θ is wrong at an angle θ: all of it at 1e-4.
  @Test(
    "keeps its gradient in Float at small and at straight angles",
    arguments: [1e-1, 1e-2, 1e-3, 1e-4], [false, true])
  func nearAngles(angle: Double, isOpposite: Bool) throws {
    let (features, classWeights) = Self.rows(at: isOpposite ? .pi - angle : angle)
    let float = Answer(try step(features, classWeights))
    let double = Answer(try step(features.converted(to: Double.self), classWeights.converted()))
    float.expectClose(
      to: double, tolerance: TestSupport.Tolerance(temperature: 1 / 16, scalar: Float.self),
      "Float")
    let plain = PlainLoss.normFace(
      ["features": features.converted(), "classWeights": classWeights.converted()],
      labels: Array(0..<6), temperature: 1 / 16, target: PlainLoss.angularMargin(0.5))
    // The plain loop's 1 − cos² is known to a few roundings of 1: 2e-16/θ² of its sine.
    let tolerance = 1e-11 + 2e-15 / (angle * angle)
    let expected = plain.answer()
    for name in ["features", "classWeights"] {
      let gradient = try #require(expected.gradients[name])
      expectClose(
        double.gradients[name], gradient, size: gradient.reduce(0) { max($0, abs($1)) },
        tolerance: tolerance, name)
    }
    expectClose(double.terms, expected.terms, size: 1, tolerance: tolerance, "terms")
  }

  // √(1 − cos²) in the denominator makes NaN of it in many implementations.
  @Test(
    "is finite where features lie along or against their class weights, whose gradient is the others'",
    arguments: scalars, [1 / 3, -1 / 3, 4, -4] as [Double])
  func parallel(_ scalar: any EmbeddingScalar.Type, factor: Double) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, dimension: Int) throws {
      let classWeights = Matrix<Scalar>.random(rowCount: 2, columnCount: dimension, seed: 3)
      let features = Matrix<Scalar>(rowCount: 2, columnCount: dimension) {
        Scalar(factor) * classWeights[$0, $1]
      }
      let (margin, scale) = (0.5, 8.0)
      let unit = try classWeights.converted(to: Double.self).normalized().matrix
      let cosine = (0..<dimension).reduce(0) { $0 + unit[0, $1] * unit[1, $1] }
      let (own, other) =
        factor > 0 ? (cos(margin), cosine) : (-1 - margin * sin(margin), -cosine)
      let share = 1 / (1 + exp(-scale * (other - own)))
      let step = try step(features, classWeights, margin: margin, scale: scale)
      let tolerance = TestSupport.Tolerance(temperature: 1 / scale, scalar: Scalar.self)
      expectClose(
        Double(step.value), log1p(exp(scale * (other - own))), size: 1, tolerance: tolerance.loss,
        "loss")
      // A row's negative is the other class; a class weight's, the other row.
      func check(
        _ gradient: Matrix<Scalar>?, _ rows: Matrix<Scalar>, towards sign: Double, _ what: String
      ) throws {
        let expected = (0..<2).flatMap { r in
          let square = (0..<dimension).reduce(0) { $0 + Double(rows[r, $1] * rows[r, $1]) }
          return (0..<dimension).map { c in
            sign * share * scale / 2 * (unit[1 - r, c] - cosine * unit[r, c]) / square.squareRoot()
          }
        }
        expectClose(
          try #require(gradient).doubles, expected,
          size: expected.reduce(0) { max($0, abs($1)) }, tolerance: tolerance.gradient, what)
      }
      let ofUnit = try ArcFace(temperature: try Temperature(scale: scale), margin: margin)
        .valueWithGradient(
          features: try features.normalized(), classWeights: try classWeights.normalized(),
          labels: [0, 1])
      let sign: Double = factor > 0 ? 1 : -1
      for gradient in [
        step.gradient.features,
        try features.pullBackNormalization(try #require(ofUnit.gradient.features)),
      ] {
        try check(gradient, features, towards: 1, "features")
      }
      for gradient in [
        step.gradient.classWeights,
        try classWeights.pullBackNormalization(try #require(ofUnit.gradient.classWeights)),
      ] {
        try check(gradient, classWeights, towards: sign, "class weights")
      }
    }
    try check(scalar, dimension: 3)
    try check(scalar, dimension: 768)
  }

  @Test("never falls as the angle grows, past π − m either", arguments: [0.1, 0.5, .pi / 2])
  func monotone(margin: Double) throws {
    var previous = -Double.infinity
    let edge = Double.pi - margin
    let grid = (0...40).map { Double($0) * .pi / 40 } + [edge - 1e-9, edge + 1e-9]
    for angle in grid.sorted() {
      // The other class is perpendicular to all angles.
      let step = try ArcFace(temperature: 0.25, margin: margin).valueWithGradient(
        features: [[cos(angle), sin(angle), 0]] as Matrix<Double>,
        classWeights: [[1, 0, 0], [0, 0, 1]] as Matrix<Double>, labels: [0])
      #expect(step.value >= previous - 1e-15)
      previous = step.value
      // By the angle: the feature's slope along its tangent.
      let gradient = try #require(step.gradient.features)
      #expect(-sin(angle) * gradient[0, 0] + cos(angle) * gradient[0, 1] >= -1e-15)
    }
  }

  @Test("by unit rows has what lies along the sphere, whatever the angle", arguments: [1e-3, 1])
  func unitRows(angle: Double) throws {
    let (features, classWeights) = Self.rows(at: angle)
    let raw = (features.converted(to: Double.self), classWeights.converted(to: Double.self))
    let loss = try ArcFace(temperature: 0.1, margin: 0.5)
    let fromRaw = try loss.valueWithGradient(
      features: raw.0, classWeights: raw.1, labels: Array(0..<6))
    let fromUnit = try loss.valueWithGradient(
      features: try raw.0.normalized(), classWeights: try raw.1.normalized(),
      labels: Array(0..<6))
    for (rows, byUnit, byRaw) in [
      (raw.0, fromUnit.gradient.features, fromRaw.gradient.features),
      (raw.1, fromUnit.gradient.classWeights, fromRaw.gradient.classWeights),
    ] {
      let byUnit = try #require(byUnit)
      // s·sin(θ + m)/N, where the slope by the cosine is 500 times as large; the other classes' besides.
      #expect(byUnit.elements.allSatisfy { abs($0) < 10 })
      // Unit rows were rounded: angles differ by 2e-16, of 1e-3.
      expectClose(
        try rows.pullBackNormalization(byUnit).elements, try #require(byRaw).elements, size: 10,
        tolerance: 1e-12, "pulled back")
    }
  }

  @Test("takes a zero row to be perpendicular to all others", arguments: scalars)
  func zeroRows(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let features: Matrix<Scalar> = [[0, 0], [1, 2], [1, 0]]
      let classWeights: Matrix<Scalar> = [[1, 1], [0, 0]]
      let step = try ArcFace(temperature: 0.5, margin: 0.3).valueWithGradient(
        features: features, classWeights: classWeights, labels: [0, 1, 1])
      // cos(π/2 + m) = −sin m for the target, and 0 or a cosine for the other.
      let expected = [0, 3 / 10.squareRoot(), 0.5.squareRoot()].map {
        log1p(exp(2 * ($0 + sin(0.3))))
      }
      expectClose(
        step.terms.map { Double($0) }, expected, size: 1,
        tolerance: TestSupport.Tolerance(temperature: 0.5, scalar: Scalar.self).loss, "terms")
      let (byFeatures, byWeights) = (
        try #require(step.gradient.features), try #require(step.gradient.classWeights)
      )
      #expect(byFeatures.isFinite && byWeights.isFinite)
      #expect(byFeatures.rows(0..<1).elements == [0, 0])
      #expect(byWeights.rows(1..<2).elements == [0, 0])
    }
    try check(scalar)
  }

  @Test("takes no margin that is not an angle up to π/2", arguments: [-0.1, 2.1, .nan, .infinity])
  func margins(_ margin: Double) {
    let error = #expect(throws: ContrastiveError.self) {
      try ArcFace(temperature: 0.1, margin: margin)
    }
    #expect(
      error?.description
        == "margin: expected a number from 0 to π/2 in radians, found \(margin)")
  }
}
