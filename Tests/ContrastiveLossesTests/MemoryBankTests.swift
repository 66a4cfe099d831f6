import Contrastive
import Foundation
import TestSupport
import Testing

@Suite("The memory bank")
struct MemoryBankTests {
  /// normalise(m·v + (1 − m)·x / ‖x‖), number by number.
  private static func updated(_ v: [Double], by x: [Double], momentum m: Double) -> [Double] {
    func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let xLength = length(x)
    let sum = zip(v, x).map { m * $0 + (1 - m) * $1 / xLength }
    let sumLength = length(sum)
    return sum.map { $0 / sumLength }
  }

  @Test(
    "averages like a plain loop, an index that comes twice twice and in order",
    arguments: [0, 0.5, 0.9])
  func plainLoop(momentum: Double) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      var bank = try MemoryBank<Scalar>(rowCount: 6, dimension: 4, momentum: momentum, seed: 3)
      var rows = (0..<6).map { bank.rows.rows($0..<$0 + 1).matrix.doubles }
      for (seed, indices) in [[4, 1], [2, 2, 0, 2], [5, 4, 5]].enumerated() {
        let x = Matrix<Scalar>.random(
          rowCount: indices.count, columnCount: 4, seed: UInt64(seed))
        try bank.update(indices, with: x)
        for (row, index) in indices.enumerated() {
          rows[index] = Self.updated(
            rows[index], by: x.rows(row..<row + 1).doubles, momentum: momentum)
        }
      }
      // A few roundings an update, of up to three, which a length of the sum below 1 enlarges.
      expectClose(
        bank.rows.matrix.doubles, rows.flatMap { $0 }, size: 1,
        tolerance: 64 * Double(Scalar.ulpOfOne), "rows")
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test("starts with seeded unit rows, and hands out the rows of samples")
  func start() throws {
    func bank(_ seed: UInt64) throws -> MemoryBank<Float> {
      try MemoryBank(rowCount: 50, dimension: 8, seed: seed)
    }
    let rows = try bank(1).rows
    #expect(try bank(1).rows == rows)
    #expect(try bank(2).rows != rows)
    #expect(try UnitRows(validating: rows.matrix, tolerance: 1e-6) == rows)
    let some = try bank(1).rows(at: [7, 0, 7])
    for (place, row) in [7, 0, 7].enumerated() {
      #expect(some.rows(place..<place + 1) == rows.rows(row..<row + 1))
    }
    #expect(try bank(1).rows(at: []).rowCount == 0)
  }

  // Value of lemniscate's LinearAverage and a cross-entropy, for rows that its formulas define.
  @Test("gives NPID's softmax over all samples, and its update")
  func softmax() throws {
    let mem = Matrix<Double>(rowCount: 10, columnCount: 3) { sin(0.4 * Double(3 * $0 + $1) + 1.7) }
    let x = Matrix<Double>(rowCount: 4, columnCount: 3) { sin(0.7 * Double(3 * $0 + $1) + 0.3) }
    var bank = try MemoryBank(try mem.normalized())
    #expect(bank.momentum == 0.5)
    let step = try NormFaceSoftmax(temperature: 0.07).valueWithGradient(
      features: x, classWeights: bank.rows, labels: [0, 1, 2, 3], of: .features)
    // To the digits that are known of it.
    expectClose(step.value, 7.610301973578, size: 1, tolerance: 1e-12, "loss")
    let before = bank.rows
    try bank.update([0, 1, 2, 3], with: x)
    for row in 0..<4 {
      expectClose(
        bank.rows.rows(row..<row + 1).matrix.elements,
        Self.updated(
          before.rows(row..<row + 1).matrix.elements, by: x.rows(row..<row + 1).elements,
          momentum: 0.5), size: 1, tolerance: 1e-14, "row \(row)")
    }
    #expect(bank.rows.rows(4..<10) == before.rows(4..<10))
  }

  @Test("of zero and of opposite embeddings is finite, and recovers")
  func zeros() throws {
    var bank = try MemoryBank(try UnitRows(validating: [[1, 0], [0, 1]] as Matrix<Float>))
    try bank.update([0, 1], with: [[0, 0], [0, -3]] as Matrix<Float>)
    #expect(bank.rows.matrix == [[1, 0], [0, 0]])
    try bank.update([1], with: [[3, 4]] as Matrix<Float>)
    #expect(abs(bank.rows.matrix[1, 0] - 0.6) < 1e-6 && abs(bank.rows.matrix[1, 1] - 0.8) < 1e-6)
  }

  @Test("is a value, and may be updated with its own rows")
  func copies() throws {
    var bank = try MemoryBank<Double>(rowCount: 3, dimension: 2, momentum: 0, seed: 1)
    let before = bank.rows
    try bank.update([0, 1, 2], with: try bank.rows(at: [1, 2, 0]))
    // Normalised again, rows move by a rounding or two.
    for (row, source) in [(0, 1), (1, 2), (2, 0)] {
      expectClose(
        bank.rows.rows(row..<row + 1).matrix.elements,
        before.rows(source..<source + 1).matrix.elements, size: 1, tolerance: 1e-15, "row \(row)")
    }
    #expect(before != bank.rows)
  }

  @Test("is unchanged by what does not fit")
  func errors() throws {
    var bank = try MemoryBank<Float>(rowCount: 3, dimension: 2, seed: 1)
    let before = bank.rows
    let x = Matrix<Float>.random(rowCount: 2, columnCount: 2, seed: 1)
    for (indices, embeddings, line) in [
      ([0, 3], x, "indices: expected a row of the bank, from 0 to 2, found 3 in row 1"),
      ([-1, 3], x, "indices: expected a row of the bank, from 0 to 2, found -1 in row 0"),
      ([0], x, "indices: expected 2, one per row of embeddings, found 1"),
      ([0, 1], x.columns(0..<1), "embeddings: expected 2 columns, as the bank, found 1 column"),
      (
        [0, 1], x.replacing(1, 0, by: .infinity),
        "embeddings: row 1 holds a NaN or an infinity; every number must be finite"
      ),
    ] {
      let error = #expect(throws: ContrastiveError.self) {
        try bank.update(indices, with: embeddings)
      }
      #expect(error?.description == line)
    }
    #expect(bank.rows == before)
    let index = #expect(throws: ContrastiveError.self) { try bank.rows(at: [1, 5]) }
    #expect(
      index?.description == "indices: expected a row of the bank, from 0 to 2, found 5 in row 1")
    for momentum in [-0.1, 1, .nan] as [Double] {
      let error = #expect(throws: ContrastiveError.self) {
        try MemoryBank<Float>(rowCount: 3, dimension: 2, momentum: momentum, seed: 1)
      }
      #expect(
        error?.description
          == "momentum: expected a number from 0 up to 1, without it, found \(momentum)")
    }
    let size = #expect(throws: ContrastiveError.self) {
      try MemoryBank<Float>(rowCount: 0, dimension: 2, seed: 1)
    }
    #expect(size?.description == "rowCount: expected a positive whole number, found 0")
  }
}
