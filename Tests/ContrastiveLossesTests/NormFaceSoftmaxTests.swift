import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NormFace's softmax")
struct NormFaceSoftmaxTests: ClassWeightReferenceSuite {
  static let cases = Reference.named("normface").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func loss(of reference: Reference.Case) throws -> NormFaceSoftmax {
    NormFaceSoftmax(temperature: try reference.temperatureOfScale)
  }

  @Test("of one class is 0, and of equal rows log C", arguments: [1, 64] as [Double])
  func closedForms(scale: Double) throws {
    let loss = NormFaceSoftmax(temperature: try Temperature(scale: scale))
    let features = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    let one = try loss.valueWithGradient(
      features: features, classWeights: features.rows(1..<2), labels: [0, 0, 0])
    #expect(one.value == 0)
    #expect(one.gradient.features == Matrix(rowCount: 3, columnCount: 2))
    #expect(one.gradient.classWeights?.elements == [0, 0])
    #expect(one.gradient.scale == 0)
    #expect(one.diagnostics?.floor == 0)

    let equal = Matrix<Double>(rowCount: 5, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(
      features: equal.rows(0..<2), classWeights: equal, labels: [4, 1])
    #expect(abs(step.value - log(5)) < 1e-14 * scale)
    expectClose(step.diagnostics?.chance, log(5), size: 1, tolerance: 1e-15, "chance")
    #expect(step.diagnostics?.top1Accuracy == 0)
  }

  @Test("attains its floor on a simplex, with several rows of each class", arguments: [1, 4, 20])
  func attainedFloor(scale: Double) throws {
    // Three directions in the plane, 120° apart.
    let weights = Matrix<Double>(rowCount: 3, columnCount: 2) {
      $1 == 0 ? cos(2 * .pi * Double($0) / 3) : sin(2 * .pi * Double($0) / 3)
    }
    let temperature = try Temperature(scale: scale)
    let loss = NormFaceSoftmax(temperature: temperature)
    let labels = [2, 0, 1, 1, 2, 0]
    let features = Matrix<Double>(rowCount: 6, columnCount: 2) { weights[labels[$0], $1] }
    let step = try loss.valueWithGradient(
      features: features, classWeights: weights, labels: labels)
    let floor = try CandidateSet.classes(3).floor(temperature: temperature, dimension: 2)
    // Cosines of a few roundings, times the scale.
    #expect(abs(step.value / floor.value - 1) < 1e-15 * 4 * scale)
    #expect(step.diagnostics?.floor == floor.value)
    #expect(step.diagnostics?.floorAttainable == true)
    expectClose(
      step.diagnostics?.floorShare, 1, size: 1, tolerance: 1e-15 * 4 * scale, "share")
  }

  @Test("has no floor where classes are not balanced, which would not bound it")
  func unbalanced() throws {
    // All rows of one class, opposite to all other weights.
    let weights: Matrix<Double> = [[1, 0], [-1, 0], [-1, 0]]
    let loss = NormFaceSoftmax(temperature: 1)
    let step = try loss.valueWithGradient(
      features: [[1, 0], [2, 0]] as Matrix<Double>, classWeights: weights, labels: [0, 0])
    let floor = try CandidateSet.classes(3).floor(temperature: 1, dimension: 2)
    #expect(step.value < floor.value)
    #expect(step.diagnostics?.floor == nil)
    #expect(step.diagnostics?.floorShare == nil)
    #expect(step.diagnostics?.chance != nil)
  }

  @Test("with a row per class is one-way InfoNCE", arguments: scalars)
  func infoNCE(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let features = Matrix<Scalar>.random(rowCount: 7, columnCount: 3, seed: 1)
      let weights = Matrix<Scalar>.random(rowCount: 7, columnCount: 3, seed: 2)
      let classes = try NormFaceSoftmax(temperature: 0.1).valueWithGradient(
        features: features, classWeights: weights, labels: Array(0..<7))
      let batch = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: features, positives: weights)
      #expect(classes.terms == batch.terms)
      #expect(classes.gradient.features == batch.gradient.queries)
      #expect(classes.gradient.classWeights == batch.gradient.positives)
      #expect(classes.gradient.byTemperature == batch.gradient.byTemperature)
      #expect(classes.diagnostics?.top1Accuracy == batch.diagnostics?.top1Accuracy)
    }
    try check(scalar)
  }

  @Test("observes what plain sums do", arguments: [0.05, 0.5])
  func diagnostics(temperature: Double) throws {
    let (weights, near) = DiagnosticsTests.nearPairs
    let labels = (0..<20).map { $0 * 5 % 13 }
    let features = Matrix<Double>(rowCount: 20, columnCount: 3) { near[labels[$0], $1] }
    let expected = try DiagnosticsTests.expected(
      features, Matrix(rowCount: 20, columnCount: 3) { weights[labels[$0], $1] },
      negatives: { i in (0..<13).filter { $0 != labels[i] }.map { (weights, $0) } },
      temperature: try Temperature(temperature))
    let loss = NormFaceSoftmax(temperature: try Temperature(temperature))
    for options in ComputeOptions.referenceVariants {
      let double = try loss.valueWithGradient(
        features: features, classWeights: weights, labels: labels, options: options)
      let float = try loss.valueWithGradient(
        features: features.converted(to: Float.self), classWeights: weights.converted(),
        labels: labels, options: options)
      DiagnosticsTests.check(try #require(double.diagnostics), expected, tolerance: 1e-12)
      DiagnosticsTests.check(try #require(float.diagnostics), expected, tolerance: 2e-5)
    }
  }
}
