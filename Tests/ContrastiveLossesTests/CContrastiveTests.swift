import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NormFace's C-contrastive loss")
struct CContrastiveTests: ClassWeightReferenceSuite {
  static let cases = Reference.named("c-contrastive").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> CContrastive {
    CContrastive(margin: try reference.number("margin"))
  }

  @Test("gradients equal central differences", arguments: [1, 2.25] as [Double])
  func finiteDifferences(margin: Double) throws {
    let loss = CContrastive(margin: margin)
    try AgentTests.finiteDifferences { features, weights, labels, variables in
      try loss.valueWithGradient(
        features: features, classWeights: weights, labels: labels, of: variables)
    }
  }

  @Test("of equal rows is (C − 1)·m, of one class the distance, of distant classes 0")
  func closedForms() throws {
    let equal = Matrix<Double>(rowCount: 5, columnCount: 3) { _, c in [1, 2, -2][c] }
    let collapsed = try CContrastive(margin: 0.75).valueWithGradient(
      features: equal.rows(0..<2), classWeights: equal, labels: [4, 1])
    #expect(abs(collapsed.value - 4 * 0.75) < 1e-14)

    // A right angle: D = 2, and by the feature's angle 2·sin(90°).
    let one = try CContrastive().valueWithGradient(
      features: [[0, 3]] as Matrix<Double>, classWeights: [[2, 0]] as Matrix<Double>, labels: [0])
    #expect(abs(one.value - 2) < 1e-15)
    expectClose(
      one.gradient.features?.elements, [-2.0 / 3, 0], size: 1, tolerance: 1e-15, "feature")
    expectClose(one.gradient.classWeights?.elements, [0, -1], size: 1, tolerance: 1e-15, "weight")
    #expect(one.diagnostics?.meanNegativeSimilarity == nil)

    // Other classes exactly at the margin, D = 2 = m: the kink, with gradient 0.
    let apart: Matrix<Double> = [[1, 0], [0, 2], [-3, 0]]
    let right = try CContrastive(margin: 2).valueWithGradient(
      features: apart, classWeights: apart, labels: [0, 1, 2])
    #expect(right.value == 0 && right.terms == [0, 0, 0])
    #expect(right.gradient.features == Matrix(rowCount: 3, columnCount: 2))
    #expect(right.gradient.classWeights == Matrix(rowCount: 3, columnCount: 2))
  }

  @Test("keeps the digits of a feature close to its class", arguments: scalars)
  func close(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      // 1e-4 off its weight's direction, where 2 − 2·cos has no digit left in Float.
      let offset = Scalar(1e-4)
      let step = try CContrastive().valueWithGradient(
        features: [[1, offset], [0, 1]] as Matrix<Scalar>,
        classWeights: [[1, 0], [0, 1]] as Matrix<Scalar>, labels: [0, 1], reduction: .sum)
      let angle = atan(Double(offset))
      let tolerance = 16 * Double(Scalar.ulpOfOne)
      let distance = 4 * sin(angle / 2) * sin(angle / 2)
      #expect(abs(Double(step.value) / distance - 1) < tolerance)
      // dD/dθ = 2·sin θ, along the feature's tangent, over its length 1/cos θ.
      let slope = 2 * sin(angle) * cos(angle)
      let gradient = try #require(step.gradient.features)
      #expect(abs(Double(gradient[0, 1]) / (slope * cos(angle)) - 1) < tolerance)
      #expect(gradient[1, 0] == 0 && gradient[1, 1] == 0)
    }
    try check(scalar)
  }

  @Test("takes a zero row for the centre of the sphere", arguments: scalars)
  func zeroRows(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let weights: Matrix<Scalar> = [[1, 0], [0, 0], [0, 1]]
      let step = try CContrastive(margin: 2.5).valueWithGradient(
        features: [[0, 0], [2, 0]] as Matrix<Scalar>, classWeights: weights, labels: [0, 1])
      // Row 0: 1 to its weight, m − 0 to the zero weight and m − 1 to the last. Row 1: 1 to its zero weight, m − 0
      // to the first and m − 2 to the last.
      #expect(step.terms == [5, 4])
      #expect(step.gradient.features?.rows(0..<1).elements == [0, 0])
      #expect(step.gradient.classWeights?.rows(1..<2).elements == [0, 0])
      #expect(step.gradient.classWeights?.rows(2..<3).elements == [1, 0])
    }
    try check(scalar)
  }
}
