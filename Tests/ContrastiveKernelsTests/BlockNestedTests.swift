import ContrastiveKernels
import Testing

@Suite("Factors of rows and columns")
struct BlockNestedTests {
  static let shapes = [(1, 1), (3, 5), (2, 16), (7, 17), (5, 100)]

  @Test("multiply every element", arguments: InstructionSet.available, shapes)
  func scaling(on isa: InstructionSet, shape: (Int, Int)) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let (rows, columns) = shape
      let x = randomRows(rows, columns, seed: 1, as: scalar)
      let (row, column) = factors(rows, columns, as: scalar)
      let source = Block(fenced: x, columnCount: columns)
      let result = Block(fenced: x, columnCount: columns)
      result.setScaled(source, rows: row, columns: column, on: isa)
      #expect(result.isFenceIntact && source.doubles == x.map { $0.map { Double($0) } })
      for r in 0..<rows {
        for c in 0..<columns {
          let exact = row[r] * Double(x[r][c]) * Double(column[c])
          // Two products.
          #expect(abs(Double(result[r, c]) - exact) <= 2 * Double(Scalar.ulpOfOne) * abs(exact))
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "and sums of weights times logits", arguments: InstructionSet.available, shapes)
  func sums(on isa: InstructionSet, shape: (Int, Int)) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type, accumulating: Bool) {
      let (rows, columns) = shape
      let w = randomRows(rows, columns, seed: 1, as: scalar)
      let z = randomRows(rows, columns, seed: 2, as: scalar)
      let before = randomRows(rows, columns, seed: 3, as: scalar)
      let (row, column) = factors(rows, columns, as: scalar)
      let result = Block(fenced: before, columnCount: columns)
      var rowSums = Array(repeating: 1.0, count: rows)
      var columnSums = Array(repeating: Scalar(2), count: columns)
      result.addScaled(
        Block(fenced: w, columnCount: columns), logits: Block(fenced: z, columnCount: columns),
        rows: row, columns: column, accumulating: accumulating, rowSums: &rowSums,
        columnSums: &columnSums, on: isa)
      #expect(result.isFenceIntact)
      let epsilon = Double(Scalar.ulpOfOne)
      func product(_ r: Int, _ c: Int) -> Double { Double(w[r][c]) * Double(z[r][c]) }
      for r in 0..<rows {
        for c in 0..<columns {
          let added = row[r] * Double(w[r][c]) * Double(column[c])
          let old = accumulating ? Double(before[r][c]) : 0
          #expect(
            abs(Double(result[r, c]) - old - added) <= 3 * epsilon * (abs(old) + abs(added)))
        }
        let products = (0..<columns).map { product(r, $0) }
        let size = products.reduce(1) { $0 + abs($1) }
        // A product and at most as many sums as there are columns.
        #expect(
          abs(rowSums[r] - products.reduce(1, +)) <= Double(columns + 1) * epsilon * size)
      }
      for c in 0..<columns {
        let products = (0..<rows).map { product($0, c) }
        let size = products.reduce(2) { $0 + abs($1) }
        #expect(
          abs(Double(columnSums[c]) - products.reduce(2, +)) <= Double(rows + 1) * epsilon * size)
      }
    }
    for accumulating in [false, true] {
      check(Float.self, accumulating: accumulating)
      check(Double.self, accumulating: accumulating)
    }
  }

  private func factors<Scalar: EmbeddingScalar>(
    _ rows: Int, _ columns: Int, as scalar: Scalar.Type
  ) -> (rows: [Double], columns: [Scalar]) {
    // Numbers that Float holds.
    let rowFactors = (0..<rows).map { 0.5 + Double($0) / 8 }
    let columnFactors = (0..<columns).map { Scalar(2 - Double($0 % 7) / 4) }
    return (rowFactors, columnFactors)
  }
}
