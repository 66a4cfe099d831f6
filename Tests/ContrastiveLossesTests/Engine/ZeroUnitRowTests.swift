import Contrastive
import TestSupport
import Testing

/// Of raw rows `EveryLossTests` tells the same.
@Suite("A zero row that is given as a unit row")
struct ZeroUnitRowTests {
  static let zero = 2

  static func rows<Scalar: EmbeddingScalar>(
    seed: UInt64, hasZero: Bool, as scalar: Scalar.Type
  ) throws -> UnitRows<Scalar> {
    let rows = try Matrix<Scalar>.random(rowCount: 6, columnCount: 3, seed: seed).normalized()
      .matrix
    return try UnitRows(
      validating: Matrix(rowCount: 6, columnCount: 3) {
        hasZero && $0 == zero ? 0 : rows[$0, $1]
      })
  }

  @Test("has the gradient 0", arguments: try ShapedLoss.all().filter(\.takesUnitRows))
  func gradients(_ loss: ShapedLoss) throws {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) throws {
      // One array at a time, so that others have something to be pulled to.
      for place in 0..<3 {
        let rows = try (0..<3).map {
          try Self.rows(seed: UInt64($0 + 1), hasZero: $0 == place, as: scalar)
        }
        let step = try loss.calls(rows[0], rows[1], rows[2]).step(.mean)
        #expect(step.value.isFinite && step.terms.allSatisfy { $0.isFinite })
        for (index, (name, gradient)) in step.gradients.enumerated() {
          #expect(gradient.allSatisfy { $0.isFinite }, "\(name)")
          let own = gradient[3 * Self.zero..<3 * (Self.zero + 1)]
          if index == place { #expect(own.allSatisfy { $0 == 0 }, "\(name)") }
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test("is a point like others where rows are not normalised", arguments: scalars)
  func points(_ scalar: any EmbeddingScalar.Type) throws {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) throws {
      let rows = try Self.rows(seed: 1, hasZero: true, as: scalar)
      let losses: [any LabelledLoss] = [
        NPairs(isNormalized: false), ContrastiveMargin(isNormalized: false),
        TripletMargin(margin: 1, isNormalized: false),
      ]
      for loss in losses {
        let (given, raw) = (
          try loss.valueWithGradient(embeddings: rows, labels: [0, 1, 0, 2, 1, 2]),
          try loss.valueWithGradient(embeddings: rows.matrix, labels: [0, 1, 0, 2, 1, 2])
        )
        #expect(given.gradient.embeddings == raw.gradient.embeddings)
        let gradient = try #require(given.gradient.embeddings)
        #expect((0..<3).contains { gradient[Self.zero, $0] != 0 }, "\(loss)")
      }
    }
    try check(scalar)
  }
}
