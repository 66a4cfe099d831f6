import ContrastiveEmbeddings
import Foundation
import TestSupport
import Testing

@Suite("Unit rows")
struct UnitRowsTests {
  @Test("have length 1 and the direction they had", arguments: [1e-30, 1, 1e30] as [Float])
  func normalizing(length: Float) throws {
    let rows = Matrix<Float>(rowCount: 3, columnCount: 2) {
      [[3, 4], [0, 0], [-5, 12]][$0][$1] * length
    }
    let unit = try UnitRows(normalizing: rows)
    let expected = [0.6, 0.8, 0, 0, -5.0 / 13, 12.0 / 13]
    expectClose(
      unit.matrix.doubles, expected, size: 1, tolerance: 2 * Double(Float.ulpOfOne), "\(length)")
    #expect((unit.rowCount, unit.columnCount) == (3, 2))
    #expect(unit.rows(1..<3).matrix == unit.matrix.rows(1..<3))
  }

  @Test("are taken as they are if they have length 1, or are zero")
  func validating() throws {
    let rows: Matrix<Float> = [[1, 0], [0.6, 0.8], [0, 0], [1.0078125, 0]]
    #expect(try UnitRows(validating: rows).matrix == rows)
    let error = #expect(throws: ContrastiveError.self) {
      try UnitRows(validating: rows, tolerance: 1e-3)
    }
    #expect(
      error?.description == "rows: row 3 has length 1.0078125, expected 1; "
        + "normalise the rows first")
    let long = #expect(throws: ContrastiveError.self) {
      try UnitRows(validating: [[1, 0], [2, 0]] as Matrix<Double>)
    }
    #expect(
      long?.description == "rows: row 1 has length 2.0, expected 1; normalise the rows first")
  }

  @Test("are not made of rows that are not finite")
  func notFinite() {
    let line = "rows: row 1 holds a NaN or an infinity; every number must be finite"
    for value in [Double.nan, .infinity, -.infinity] {
      let rows: Matrix<Double> = [[1, 0], [0, value]]
      let normalizing = #expect(throws: ContrastiveError.self) { try rows.normalized() }
      #expect(normalizing?.description == line)
      let validating = #expect(throws: ContrastiveError.self) { try UnitRows(validating: rows) }
      #expect(validating?.description == line)
    }
  }

  @Test("pull gradients back like central differences, and orthogonally")
  func pullback() throws {
    let x = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1)
    let g = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 2)
    let pulled = try x.pullBackNormalization(g)
    let expected = try finiteDifferences(of: x, step: finiteDifferenceStep) { x in
      zip(try x.normalized().matrix.elements, g.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    expectClose(
      pulled.elements, expected, size: 2, tolerance: finiteDifferenceTolerance, "pullback")
    for r in 0..<3 {
      let dot = (0..<4).reduce(0) { $0 + x[r, $1] * pulled[r, $1] }
      // Four products of slopes up to 4 by rows up to 2.
      #expect(abs(dot) < 1e-14)
    }
    let zero: Matrix<Double> = [[0, 0, 0, 0]]
    #expect(try zero.pullBackNormalization(g.rows(0..<1)) == zero)
    let error = #expect(throws: ContrastiveError.self) {
      try x.pullBackNormalization(g.columns(0..<3))
    }
    #expect(error?.description == "gradient: expected 3 × 4, as rows, found 3 × 3")
  }

  @Test("drawn at random are unit, seeded, and of every direction")
  func random() {
    func draw(_ seed: UInt64) -> UnitRows<Double> {
      var generator = SeededGenerator(seed: seed)
      return UnitRows.random(rowCount: 2000, columnCount: 3, using: &generator)
    }
    let rows = draw(7)
    #expect(draw(7) == rows)
    #expect(draw(8) != rows)
    var (means, squares) = ([0.0, 0, 0], [0.0, 0, 0])
    for r in 0..<2000 {
      let length = (0..<3).reduce(0) { $0 + rows.matrix[r, $1] * rows.matrix[r, $1] }
      #expect(abs(length - 1) < 4 * Double.ulpOfOne)
      for c in 0..<3 {
        means[c] += rows.matrix[r, c] / 2000
        squares[c] += rows.matrix[r, c] * rows.matrix[r, c] / 2000
      }
    }
    // Of a coordinate on the sphere, mean 0 and variance 1/3, and of its square, 1/3 and 4/45:
    // five standard errors of 2000 draws.
    for c in 0..<3 {
      #expect(abs(means[c]) < 5 * (1.0 / 3 / 2000).squareRoot())
      #expect(abs(squares[c] - 1.0 / 3) < 5 * (4.0 / 45 / 2000).squareRoot())
    }
  }

  @Test("refuse rows without columns")
  func noColumns() {
    let rows = Matrix<Float>(rowCount: 3, columnCount: 0)
    #expect(throws: ContrastiveError.self) { try UnitRows(normalizing: rows) }
    #expect(throws: ContrastiveError.self) { try UnitRows(validating: rows) }
  }

  @Test("takes no tolerance that makes nonsense of cosines", arguments: [-0.1, 0.6, .nan])
  func tolerance(_ tolerance: Double) throws {
    let rows = try Matrix<Float>(rows: [[1, 0]])
    #expect {
      try UnitRows(validating: rows, tolerance: tolerance)
    } throws: { error in
      (error as? ContrastiveError)?.argument == .tolerance
    }
  }
}
