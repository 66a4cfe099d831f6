import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("Uniformity")
struct UniformityTests: ReferenceSuite {
  static let cases = Reference.named("uniformity").cases

  @Test("equals the reference", arguments: cases, scalars)
  func reference(_ reference: Reference.Case, as scalar: any EmbeddingScalar.Type) throws {
    try check(reference, as: scalar)
  }

  func answer<Scalar: EmbeddingScalar>(
    to reference: Reference.Case, as scalar: Scalar.Type, options: ComputeOptions
  ) throws -> Answer {
    Answer(
      try Uniformity(t: try reference.number("t")).valueWithGradient(
        embeddings: try reference.matrix("embeddings", as: scalar), options: options))
  }

  @Test("of equal rows is 0, of two opposite ones −4t", arguments: [0.5, 2, 50])
  func closedForms(t: Double) throws {
    let loss = try Uniformity(t: t)
    let equal = Matrix<Double>(rowCount: 7, columnCount: 3) { _, c in [1, -2, 2][c] }
    let collapsed = try loss.valueWithGradient(embeddings: equal)
    // A few roundings of 2t·cos.
    #expect(abs(collapsed.value) < 1e-15 * max(8, 4 * t))
    #expect(
      collapsed.gradient.embeddings?.elements.allSatisfy { abs($0) < 1e-15 * max(8, 4 * t) } == true
    )
    let opposite = try loss.valueWithGradient(
      embeddings: [[1, 0], [-3, 0]] as Matrix<Double>, of: [])
    #expect(abs(opposite.value + 4 * t) < 1e-15 * max(8, 4 * t))
    #expect(opposite.gradient.embeddings == nil)
  }

  @Test("of two rows has the distance's own gradient")
  func twoRows() throws {
    let rows = Matrix<Double>.random(rowCount: 2, columnCount: 3, seed: 1)
    let step = try Uniformity(t: 2).valueWithGradient(embeddings: try rows.normalized())
    let unit = try rows.normalized().matrix
    let gradient = try #require(step.gradient.embeddings)
    // loss = −t·(2 − 2·x·y), so that dL/dx = 2t·y.
    for c in 0..<3 {
      #expect(abs(gradient[0, c] - 4 * unit[1, c]) < 1e-14)
      #expect(abs(gradient[1, c] - 4 * unit[0, c]) < 1e-14)
    }
  }

  @Test("names t where it is too large")
  func largeT() throws {
    let rows = Matrix<Float>.random(rowCount: 3, columnCount: 2, seed: 1)
    for t in [1e30, 1e308] {
      let error = #expect(throws: ContrastiveError.self) {
        try Uniformity(t: t).valueWithGradient(embeddings: rows)
      }
      #expect(error?.description.hasPrefix("t: ") == true)
    }
  }
}
