import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("Products of sixteen bits")
struct SixteenBitProductsTests {
  // Around blocks of 3, 6 and 12 rows, and panels of 8, 16 and 32.
  static let rowCounts = [1, 2, 3, 5, 6, 7, 11, 12, 13, 25]
  static let columnCounts = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65]
  // Around the two codes of a lane, and a vector of 4, 8 and 16 lanes.
  static let depths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65, 512]

  private func products(
    on isa: InstructionSet = .best
  ) throws -> SixteenBitProducts<Float> {
    try #require(SixteenBitProducts<Float>(on: isa, from: Workspace(retaining: 0)))
  }

  /// Rows that are their own codes, at a step of 2⁻¹⁵: one element is 32767 steps, and the others leave the
  /// row shorter than 46 000.
  static func exactRows(_ rowCount: Int, _ depth: Int, seed: UInt64) -> [[Int]] {
    var generator = SeededGenerator(seed: seed)
    let most = Int(30_000 / Double(max(1, depth)).squareRoot())
    return (0..<rowCount).map { row in
      var codes = (0..<depth).map { _ in Int.random(in: -most...most, using: &generator) }
      codes[row % depth] = row.isMultiple(of: 2) ? 32_767 : -32_767
      return codes
    }
  }

  static func floats(_ rows: [[Int]]) -> [[Float]] { rows.map { $0.map { Float($0) * 0x1p-15 } } }

  @Test("of integers are those of a loop, to the bit", arguments: InstructionSet.available, depths)
  func areExact(on isa: InstructionSet, depth: Int) throws {
    let products = try products(on: isa)
    let allRows = Self.exactRows(25, depth, seed: 1)
    let allColumns = Self.exactRows(65, depth, seed: 2)
    for (turn, rowCount) in Self.rowCounts.enumerated() {
      let columnCount = Self.columnCounts[turn % Self.columnCounts.count]
      for columnCount in [columnCount, 33] {
        let (rows, columns) = (allRows.prefix(rowCount), allColumns.prefix(columnCount))
        let packed = IntegerRows(
          Block(fenced: Self.floats(Array(rows)), columnCount: depth), for: products)
        let tile = Block<Float>(fencedRows: rowCount, columnCount: columnCount)
        let extent = packed.setProducts(
          tile, with: Block(fenced: Self.floats(Array(columns)), columnCount: depth), scale: 4)
        #expect(tile.isFenceIntact)
        #expect(packed.extent.step == 0x1p-15 && extent.step == 0x1p-15)
        for r in 0..<rowCount {
          for c in 0..<columnCount {
            let sum = zip(rows[r], columns[c]).reduce(0) { $0 + Int64($1.0) * Int64($1.1) }
            // Powers of two, so that the sum's own rounding to Float is the only one.
            #expect(tile[r, c] == Float(sum) * 0x1p-28)
          }
        }
      }
    }
  }

  @Test(
    "of the longest rows do not overflow", arguments: InstructionSet.available,
    [1, 2, 3, 512, 8192, 65_536])
  func longestRows(on isa: InstructionSet, depth: Int) throws {
    let products = try products(on: isa)
    let even = [Float](repeating: 1.01 / Float(depth).squareRoot(), count: depth)
    var axis = [Float](repeating: 0, count: depth)
    axis[depth / 2] = 1.01
    var two = axis
    two[0] = -1.01
    let rows = [even, axis, two, even.map { -$0 }, two.map { $0 * 1000 }]
    let block = Block(fenced: rows, columnCount: depth)
    let tile = Block<Float>(fencedRows: rows.count, columnCount: rows.count)
    _ = IntegerRows(block, for: products).setProducts(tile, with: block, scale: 1)
    for r in rows.indices {
      for c in rows.indices {
        let exact = zip(rows[r], rows[c]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let lengths = [r, c].map { r in
          rows[r].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        // An element is off by half a 32767th of the row's length at the most, and all err alike; of
        // the length itself that is √d/2 steps.
        let rounding = Double(depth).squareRoot() * 0.51 / 32_767
        let bound = lengths[0] * lengths[1] * (2 * rounding + rounding * rounding + 1e-6)
        #expect(abs(Double(tile[r, c]) - exact) <= bound)
      }
    }
  }

  @Test(
    "of integers are the same row by row and in a tile", arguments: InstructionSet.available, depths
  )
  func rowByRow(on isa: InstructionSet, depth: Int) throws {
    let products = try products(on: isa)
    let rows = Block<Float>(fenced: randomRows(13, depth, seed: 3), columnCount: depth)
    let others = Block<Float>(fenced: randomRows(13, depth, seed: 4), columnCount: depth)
    let tile = Block<Float>(rowCount: 13, columnCount: 13)
    _ = IntegerRows(rows, for: products).setProducts(tile, with: others, scale: 7.3)
    let dots = products.dots(rows, others, scale: 7.3)
    #expect((0..<13).allSatisfy { Double(tile[$0, $0]) == dots[$0] })
  }

  @Test("of zero rows, and of next to none, are zero", arguments: InstructionSet.available)
  func zeroRows(on isa: InstructionSet) throws {
    let products = try products(on: isa)
    let rows: [[Float]] = [
      [0, 0, 0], [1e-30, 0, -1e-30], [.leastNonzeroMagnitude, 0, 0], [1, 0, 0],
    ]
    let block = Block(fenced: rows, columnCount: 3)
    let tile = Block<Float>(rowCount: 4, columnCount: 4)
    _ = IntegerRows(block, for: products).setProducts(tile, with: block, scale: 1)
    for r in 0..<4 {
      for c in 0..<4 where (r, c) != (3, 3) { #expect(tile[r, c] == 0) }
    }
    #expect(abs(tile[3, 3] - 1) < 1e-6)
  }

  @Test("of rows whose squares overflow tell so", arguments: InstructionSet.available)
  func overflowingRows(on isa: InstructionSet) throws {
    let products = try products(on: isa)
    let block = Block<Float>(fenced: [[1e30, 1]], columnCount: 2)
    #expect(!products.extent(of: block).isFinite)
    #expect(!IntegerRows(block, for: products).extent.isFinite)
  }

  /// Bits of a bfloat16 are the 16 upper ones of a Float, rounded to nearest, ties to even.
  static func rounded(_ x: Float) -> Double {
    let bits = x.bitPattern
    let up = bits &+ 0x7FFF &+ ((bits >> 16) & 1)
    return Double(Float(bitPattern: up & 0xFFFF_0000))
  }

  @Test(
    "of bfloat16 are those of a loop over rounded numbers",
    arguments: [false, true], [1, 2, 15, 16, 33, 513, 1030])
  func bfloats(transposingLeft: Bool, depth: Int) throws {
    for isa in InstructionSet.available {
      let products = try products(on: isa)
      guard products.haveFloats else { continue }
      checkBfloats(products, transposingLeft: transposingLeft, depth: depth)
    }
  }

  private func checkBfloats(
    _ products: SixteenBitProducts<Float>, transposingLeft: Bool, depth: Int
  ) {
    // Around blocks of 12 and of 16 rows, the 192 of a chunk, and panels of 16 and of 32 columns.
    for (rowCount, columnCount) in [
      (1, 1), (3, 31), (12, 32), (13, 33), (16, 17), (17, 16), (33, 48), (196, 65), (25, 520),
    ] {
      let a: [[Float]] = randomRows(
        transposingLeft ? depth : rowCount, transposingLeft ? rowCount : depth, seed: 5)
      let b: [[Float]] = randomRows(depth, columnCount, seed: 6)
      let left = Block(fenced: a, columnCount: a[0].count)
      let right = Block(fenced: b, columnCount: columnCount)
      let target = Block<Float>(fencedRows: rowCount, columnCount: columnCount)
      for accumulating in [false, true] {
        let before = Block<Float>(rowCount: rowCount, columnCount: columnCount)
        before.copy(target)
        products.setProduct(
          target, left, right, transposingLeft: transposingLeft, scale: 0.5,
          accumulating: accumulating)
        #expect(target.isFenceIntact)
        let again = Block<Float>(rowCount: rowCount, columnCount: columnCount)
        if accumulating { again.copy(before) }
        products.setProduct(
          again, left, right, packed: BfloatRows(right, for: products),
          transposingLeft: transposingLeft, scale: 0.5, accumulating: accumulating)
        #expect(again.elements == target.elements)
        // A few elements of each, as the loop is slow.
        for r in stride(from: 0, to: rowCount, by: max(1, rowCount / 5)) {
          for c in stride(from: 0, to: columnCount, by: max(1, columnCount / 7)) {
            var (sum, size) = (0.0, 0.0)
            for k in 0..<depth {
              let x = Self.rounded(transposingLeft ? a[k][r] : a[r][k])
              let term = x * Self.rounded(b[k][c])
              (sum, size) = (sum + term, size + abs(term))
            }
            let expected = accumulating ? sum : sum / 2
            // Sums of `depth` terms in Float (Higham 2002, §4.2).
            let tolerance = Double(depth + 4) * 0x1p-24 * size
            #expect(abs(Double(target[r, c]) - expected) <= tolerance)
          }
        }
      }
    }
  }
}
