import Contrastive
import ContrastiveLosses
import Foundation
import TestSupport
import Testing

@Suite("NPID's softmax")
struct NPIDSoftmaxTests: ReferenceSuite {
  static let cases = Reference.named("npid-softmax").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    let loss = NPIDSoftmax(temperature: try Temperature(try reference.number("temperature")))
    return Answer(
      try loss.valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar),
        memory: try UnitRows(validating: reference.matrix("memory"), tolerance: 1e-6),
        targets: try reference.integers("targets"), options: options))
  }

  static let embeddings = Matrix<Double>.random(rowCount: 6, columnCount: 4, seed: 1)

  static func memory(_ count: Int) throws -> UnitRows<Double> {
    try Matrix<Double>.random(rowCount: count, columnCount: 4, seed: 2).normalized()
  }

  @Test("is NormFace's softmax with the memory for class weights", arguments: [1e-3, 0.07, 1e3])
  func normFace(temperature: Double) throws {
    let (memory, temperature) = (try Self.memory(11), try Temperature(temperature))
    let targets = [10, 3, 3, 0, 7, 1]
    let step = try NPIDSoftmax(temperature: temperature).valueWithGradient(
      embeddings: Self.embeddings, memory: memory, targets: targets)
    let classes = try NormFaceSoftmax(temperature: temperature).valueWithGradient(
      features: Self.embeddings, classWeights: memory, labels: targets,
      of: [.features, .temperature, .scale, .logScale])
    #expect(step.terms == classes.terms)
    #expect(step.gradient.embeddings == classes.gradient.features)
    #expect(step.gradient.byTemperature == classes.gradient.byTemperature)
    #expect(step.diagnostics?.top1Accuracy == classes.diagnostics?.top1Accuracy)
  }

  @Test("is InfoNCE against the rest of the memory", arguments: [0.07, 1])
  func infoNCE(temperature: Double) throws {
    let (memory, temperature) = (try Self.memory(11), try Temperature(temperature))
    let step = try NPIDSoftmax(temperature: temperature).valueWithGradient(
      embeddings: Self.embeddings, memory: memory, targets: Array(repeating: 0, count: 6))
    let own = Matrix<Double>(rowCount: 6, columnCount: 4) { memory.matrix[0, $1] }
    let rest = try InfoNCE(temperature: temperature).valueWithGradient(
      queries: Self.embeddings, positives: try UnitRows(validating: own),
      negatives: .shared(memory.rows(1..<11)), of: [.queries, .temperature, .scale, .logScale])
    var expected = Answer(rest)
    expected.gradients["embeddings"] = expected.gradients["queries"]
    Answer(step).expectClose(
      to: expected, tolerance: TestSupport.Tolerance(temperature: 1, scalar: Double.self), "rest")
    #expect(step.diagnostics?.floor == rest.diagnostics?.floor)
  }

  @Test("of one row is 0, and of equal rows log n", arguments: [0.07, 1])
  func closedForms(temperature: Double) throws {
    let loss = NPIDSoftmax(temperature: try Temperature(temperature))
    let one = try loss.valueWithGradient(
      embeddings: Self.embeddings, memory: try Self.memory(1),
      targets: Array(repeating: 0, count: 6))
    #expect(one.value == 0)
    #expect(one.gradient.embeddings == Matrix(rowCount: 6, columnCount: 4))
    #expect(one.gradient.logScale == 0)
    #expect(one.diagnostics?.floor == 0)

    let equal = Matrix<Double>(rowCount: 9, columnCount: 3) { _, c in [1, 2, -2][c] }
    let step = try loss.valueWithGradient(
      embeddings: equal.rows(0..<2), memory: try equal.normalized(), targets: [8, 3])
    #expect(abs(step.value - log(9)) < 1e-14 / temperature)
    expectClose(step.diagnostics?.chance, log(9), size: 1, tolerance: 1e-15, "chance")
    #expect(step.diagnostics?.top1Accuracy == 0)
  }

  @Test("tells a floor, and whether the batch's rows can reach it")
  func floors() throws {
    func diagnostics(_ targets: [Int], of count: Int) throws -> Diagnostics {
      let step = try NPIDSoftmax(temperature: 0.5).valueWithGradient(
        embeddings: Self.embeddings, memory: try Self.memory(count), targets: targets)
      return try #require(step.diagnostics)
    }
    let free = try CandidateSet.free(negatives: 4).floor(temperature: 0.5, dimension: 4).value
    let one = try diagnostics([3, 3, 3, 3, 3, 3], of: 5)
    #expect(one.floor == free && one.floorAttainable == true)
    let several = try diagnostics([3, 1, 3, 0, 3, 3], of: 5)
    #expect(several.floor == free && several.floorAttainable == false)
    let two = try diagnostics([0, 1, 0, 0, 0, 0], of: 2)
    #expect(two.floorAttainable == true)
    let balanced = try diagnostics([2, 1, 0, 0, 1, 2], of: 3)
    let classes = try CandidateSet.classes(3).floor(temperature: 0.5, dimension: 4)
    #expect(balanced.floor == classes.value && balanced.floorAttainable == true)

    // All embeddings at their row, and all other rows opposite.
    let opposite = Matrix<Double>(rowCount: 5, columnCount: 2) { r, c in c > 0 ? 0 : r == 3 ? 1 : -1
    }
    let attained = try NPIDSoftmax(temperature: 0.5).valueWithGradient(
      embeddings: [[2, 0], [1, 0]] as Matrix<Double>, memory: try opposite.normalized(),
      targets: [3, 3])
    expectClose(attained.value, free, size: free, tolerance: 1e-15, "attained")
  }

  @Test("says what does not fit, or is no row of the memory")
  func errors() throws {
    func check(
      _ line: String, _ embeddings: Matrix<Double>, _ memory: Matrix<Double>, _ targets: [Int],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expectRefusal(line, sourceLocation: sourceLocation) {
        _ = try NPIDSoftmax(temperature: 0.1).valueWithGradient(
          embeddings: embeddings, memory: try memory.normalized(), targets: targets)
      }
    }
    let rows = LossErrorTests.rows
    check("memory: expected at least one row, found none", rows, LossErrorTests.none, [0, 0, 0])
    check(
      "memory: expected 2 columns, as embeddings, found 1 column", rows, LossErrorTests.narrow,
      [0, 0, 0])
    check(
      "targets: expected 3, one per row of embeddings, found 2", rows, LossErrorTests.short, [0, 1])
    check(
      "targets: expected a row of memory, from 0 to 1, found 7 in row 1", rows,
      LossErrorTests.short,
      [0, 7, -1])
  }
}
