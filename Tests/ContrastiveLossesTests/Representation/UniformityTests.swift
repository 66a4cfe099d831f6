import Contrastive
import Foundation
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

  @Test("takes a zero row for the centre of the sphere", arguments: scalars)
  func zeroRows(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      let tolerance = TestSupport.Tolerance(temperature: 0.25, scalar: Scalar.self)
      func value(_ rows: Matrix<Scalar>, t: Double = 2) throws -> Double {
        Double(try Uniformity(t: t).valueWithGradient(embeddings: rows, of: []).value)
      }
      // 1 from a unit row, 0 from each other.
      #expect(abs(try value([[1, 0], [0, 0]]) + 2) < 1e-6)
      #expect(abs(try value([[0, 0], [0, 0]])) < 1e-6)
      #expect(abs(try value([[0, 0], [0, 0], [3, 0]], t: 400) + log(3)) < 1e-4)
      let random = Matrix<Double>.random(rowCount: 9, columnCount: 3, seed: 1)
      let rows = Matrix<Double>(rowCount: 9, columnCount: 3) { $0 % 4 == 1 ? 0 : random[$0, $1] }
      let unit = (0..<9).map { row in
        let length = rows.rows(row..<row + 1).elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (0..<3).map { length == 0 ? 0 : rows[row, $0] / length }
      }
      var sum = 0.0
      for i in 0..<9 {
        for j in 0..<i {
          sum += exp(-2 * zip(unit[i], unit[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        }
      }
      let step = try Uniformity(t: 2).valueWithGradient(
        embeddings: rows.converted(to: Scalar.self), of: .embeddings)
      #expect(abs(Double(step.value) - log(sum / 36)) < tolerance.loss)
      #expect(step.gradient.embeddings?.rows(1..<2).elements == [0, 0, 0])
      // The slope along a row that is none of the zeros.
      let slope = try #require(step.gradient.embeddings)[0, 0]
      func moved(_ by: Double) throws -> Double {
        let moved = rows.replacing(0, 0, by: rows[0, 0] + by)
        return Double(try Uniformity(t: 2).valueWithGradient(embeddings: moved, of: []).value)
      }
      let difference = (try moved(1e-5) - moved(-1e-5)) / 2e-5
      #expect(abs(Double(slope) - difference) < max(1e-8, tolerance.gradient))
    }
    try check(scalar)
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
