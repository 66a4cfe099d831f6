import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Sub-centre ArcFace")
struct SubCenterArcFaceTests: ReferenceSuite {
  static let cases = Reference.named("sub-center-arcface").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  // Constant class weights, or the one pass would not be taken.
  func omissions(_ options: ComputeOptions) -> Set<String> {
    options.strategy == .onePass ? ["classWeights"] : []
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = try SubCenterArcFace(
      temperature: try Temperature(scale: try reference.number("scale")),
      margin: try reference.number("margin"),
      subCenters: Int(try reference.number("subCenters")))
    return Answer(
      try loss.valueWithGradient(
        features: try reference.matrix("features", as: scalar),
        classWeights: try reference.matrix("classWeights"),
        labels: try reference.integers("labels"),
        of: options.strategy == .onePass ? [.features, .scale] : .all, options: options))
  }

  private let features = Matrix<Float>.random(rowCount: 37, columnCount: 5, seed: 1)
  private let labels = (0..<37).map { $0 * 5 % 21 }

  @Test("with one centre a class is ArcFace", arguments: [0.02, 0.3])
  func oneCenter(temperature: Double) throws {
    let weights = Matrix<Float>.random(rowCount: 21, columnCount: 5, seed: 2)
    let temperature = try Temperature(temperature)
    let expected = try ArcFace(temperature: temperature, margin: 0.5).valueWithGradient(
      features: features, classWeights: weights, labels: labels)
    let step = try SubCenterArcFace(temperature: temperature, margin: 0.5, subCenters: 1)
      .valueWithGradient(features: features, classWeights: weights, labels: labels)
    #expect(step.value == expected.value && step.terms == expected.terms)
    #expect(step.gradient.features == expected.gradient.features)
    #expect(step.gradient.classWeights == expected.gradient.classWeights)
    #expect(step.gradient.logScale == expected.gradient.logScale)
    #expect(step.diagnostics == expected.diagnostics)
  }

  @Test("with every centre twice is ArcFace, and the first of two moves", arguments: [0.02, 0.3])
  func equalCenters(temperature: Double) throws {
    let weights = Matrix<Float>.random(rowCount: 21, columnCount: 5, seed: 2)
    let twice = Matrix<Float>(rowCount: 42, columnCount: 5) { weights[$0 / 2, $1] }
    let temperature = try Temperature(temperature)
    let expected = try ArcFace(temperature: temperature, margin: 0.5).valueWithGradient(
      features: features, classWeights: weights, labels: labels)
    let step = try SubCenterArcFace(temperature: temperature, margin: 0.5, subCenters: 2)
      .valueWithGradient(features: features, classWeights: twice, labels: labels)
    let tolerance = 1e-6 / Float(temperature.value)
    #expect(abs(step.value - expected.value) < tolerance)
    let gradient = try #require(step.gradient.classWeights)
    let whole = try #require(expected.gradient.classWeights)
    for row in 0..<21 {
      for c in 0..<5 {
        #expect(gradient[2 * row + 1, c] == 0)
        #expect(abs(gradient[2 * row, c] - whole[row, c]) < 10 * tolerance)
      }
    }
    #expect(step.diagnostics?.chance == expected.diagnostics?.chance)
    #expect(step.diagnostics?.top1Accuracy == expected.diagnostics?.top1Accuracy)
    #expect(step.diagnostics?.floor == nil && step.diagnostics?.meanNegativeSimilarity == nil)
  }

  @Test("takes a temperature for each class")
  func classTemperatures() throws {
    let weights = Matrix<Double>.random(rowCount: 8, columnCount: 3, seed: 2)
    let rows = Matrix<Double>.random(rowCount: 5, columnCount: 3, seed: 1)
    let labels = [3, 0, 1, 3, 0]
    let loss = try SubCenterArcFace(
      temperature: try Temperature(rows: [0.1, 0.2, 0.3, 0.4]), margin: 0.3, subCenters: 2)
    let step = try loss.valueWithGradient(features: rows, classWeights: weights, labels: labels)
    for (row, label) in labels.enumerated() {
      let alone = try SubCenterArcFace(
        temperature: try Temperature(0.1 * Double(label + 1)), margin: 0.3, subCenters: 2
      ).value(features: rows.rows(row..<row + 1), classWeights: weights, labels: [label])
      #expect(abs(step.terms[row] - alone) < 1e-12)
    }
    let slopes = try #require(step.gradient.byTemperature.temperatures)
    #expect(slopes.count == 4 && slopes[2] == 0)
  }

  @Test("refuses centres that are no multiple, and labels that are no class")
  func errors() throws {
    let weights = Matrix<Float>.random(rowCount: 21, columnCount: 5, seed: 2)
    for count in [0, -1] {
      let error = #expect(throws: ContrastiveError.self) {
        try SubCenterArcFace(temperature: 1, margin: 0.5, subCenters: count)
      }
      #expect(
        error?.description == "subCenters: expected a positive whole number, found \(count)")
    }
    let margin = #expect(throws: ContrastiveError.self) {
      try SubCenterArcFace(temperature: 1, margin: 2, subCenters: 2)
    }
    #expect(margin?.argument == .margin)
    let rows = #expect(throws: ContrastiveError.self) {
      try SubCenterArcFace(temperature: 1, margin: 0.5, subCenters: 2).value(
        features: features, classWeights: weights, labels: labels)
    }
    #expect(
      rows?.description
        == "classWeights: expected a multiple of 2 rows, the sub-centres of a class, found 21 rows")
    let label = #expect(throws: ContrastiveError.self) {
      try SubCenterArcFace(temperature: 1, margin: 0.5, subCenters: 3).value(
        features: features, classWeights: weights, labels: labels)
    }
    #expect(label?.argument == .labels)
  }
}
