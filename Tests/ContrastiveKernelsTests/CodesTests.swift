import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("Rows in 8-bit codes")
struct CodesTests {
  // Around the six queries and 64 keys of a tile, the four codes of a lane and a vector of them.
  static let rowCounts = [1, 5, 6, 7, 13]
  static let keyCounts = [1, 63, 64, 65, 130]
  static let depths = [1, 3, 4, 5, 16, 17, 384]

  /// A row's codes, as they are defined: 127 for the largest element, and rounded; none where that
  /// is next to nothing.
  struct Plain<Scalar: EmbeddingScalar> {
    let step: Scalar
    let codes: [Int]

    init(_ row: [Scalar]) {
      let most = row.reduce(0) { max($0, abs($1)) }
      step = most > Scalar.leastNormalMagnitude * 1024 ? most / 127 : 0
      let inverse = step > 0 ? 1 / step : 0
      codes = row.map { Int(($0 * inverse).rounded(.toNearestOrEven)) }
    }

    static func dot(_ a: Plain, _ b: Plain) -> Int {
      var sum = 0
      for (x, y) in zip(a.codes, b.codes) { sum += x * y }
      return sum
    }
  }

  static func encoded<Scalar: EmbeddingScalar>(
    _ side: Codes<Scalar>.Side, _ rows: [[Scalar]], depth: Int, on isa: InstructionSet
  ) -> Codes<Scalar> {
    let codes = Codes<Scalar>(
      side, rowCount: rows.count, dimension: depth, from: Workspace(retaining: 0))
    codes.encode(Block(fenced: rows, columnCount: depth), on: isa)
    return codes
  }

  static func products<Scalar: EmbeddingScalar>(
    _ queries: Codes<Scalar>, _ keys: Codes<Scalar>, rowCount: Int, keyCount: Int,
    scale: Double = 1, on isa: InstructionSet
  ) -> [[Scalar]] {
    let tile = Block<Scalar>(fencedRows: rowCount, columnCount: keyCount)
    Codes.setSimilarities(of: queries, and: keys, scale: scale, in: tile, on: isa)
    #expect(tile.isFenceIntact)
    return (0..<rowCount).map { r in (0..<keyCount).map { tile[r, $0] } }
  }

  @Test(
    "have products with the same bits on every instruction set, the plain loop's",
    arguments: depths)
  func plainLoop(depth: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let allQueries = randomRows(13, depth, seed: 1, as: Scalar.self)
      let allKeys = randomRows(130, depth, in: -0.7...0.7, seed: 2, as: Scalar.self)
      let (plainQueries, plainKeys) = (allQueries.map { Plain($0) }, allKeys.map { Plain($0) })
      let dots = plainQueries.map { q in plainKeys.map { Plain.dot(q, $0) } }
      let scale = 100.3
      // Three products, of the scale, the steps and the codes' own, which is exact; in Double the
      // loop here has as many.
      let epsilon = Double(Scalar.ulpOfOne)
      let tolerance = 1.51 * epsilon + 1.51 * Double.ulpOfOne
      for rowCount in Self.rowCounts {
        let queries = Self.encoded(
          .queries, Array(allQueries[..<rowCount]), depth: depth, on: .portable)
        for keyCount in Self.keyCounts {
          let keys = Self.encoded(
            .keys, Array(allKeys[..<keyCount]), depth: depth, on: .portable)
          let portable = Self.products(
            queries, keys, rowCount: rowCount, keyCount: keyCount, scale: scale, on: .portable)
          for r in 0..<rowCount {
            for c in 0..<keyCount {
              let exact =
                Double(Scalar(scale)) * Double(plainQueries[r].step) * Double(plainKeys[c].step)
                * Double(dots[r][c])
              let error = abs(Double(portable[r][c]) - exact)
              #expect(error <= tolerance * abs(exact), "row \(r), key \(c)")
            }
          }
          for isa in InstructionSet.available where isa != .portable {
            let others = Self.products(
              queries, keys, rowCount: rowCount, keyCount: keyCount, scale: scale, on: isa)
            #expect(others == portable, "\(isa), \(rowCount) × \(keyCount)")
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Rows of every kind that rounding to codes may be bad at.
  static func difficultRows<Scalar: EmbeddingScalar>(
    _ depth: Int, seed: UInt64, as _: Scalar.Type
  ) -> [[Scalar]] {
    var rows = randomRows(4, depth, seed: seed, as: Scalar.self)
    let small = Scalar.leastNormalMagnitude
    for exponent in [0, 3, 10, 12, 30] {
      // From the smallest normal numbers on; of some the step is one, of some it is not.
      let factor = small * Scalar(1 << exponent)
      rows.append(rows[0].map { $0 * factor })
    }
    // Errors whose squares are none.
    rows.append(rows[1].map { $0 * Scalar.leastNormalMagnitude.squareRoot() / 64 })
    rows.append((0..<depth).map { $0 == depth / 2 ? 1 : 0 })
    rows.append((0..<depth).map { $0 == depth / 3 ? -3 : 0 })
    rows.append((0..<depth).map { $0 == depth / 2 ? 1 : Scalar($0 % 7) * 1e-25 })
    for huge in [1e3, 1e6, 1e15] as [Scalar] {
      rows.append(rows[2].enumerated().map { $0.offset == depth - 1 ? huge : $0.element })
    }
    rows.append(Array(repeating: 0, count: depth))
    rows.append(Array(repeating: 0.3, count: depth))
    rows.append(Array(repeating: -0.7, count: depth))
    rows.append((0..<depth).map { $0 == 0 ? 1 : 1 / 254 })
    rows.append((0..<depth).map { $0 == 0 ? -1 : 0.999 / 254 })
    return rows
  }

  @Test(
    "tell inner products to within Cauchy's and Schwarz's bound",
    arguments: InstructionSet.available, depths)
  func bound(on isa: InstructionSet, depth: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let queryRows = Self.difficultRows(depth, seed: 3, as: Scalar.self)
      let keyRows = Self.difficultRows(depth, seed: 4, as: Scalar.self)
      let (queries, keys) = (
        Self.encoded(.queries, queryRows, depth: depth, on: isa),
        Self.encoded(.keys, keyRows, depth: depth, on: isa)
      )
      let seen = Self.products(
        queries, keys, rowCount: queryRows.count, keyCount: keyRows.count, on: isa)
      func norm(_ row: [Scalar]) -> Double {
        let largest = row.reduce(0) { max($0, abs(Double($1))) }
        guard largest > 0 else { return 0 }
        let scaled = row.map { Double($0) / largest }
        return largest * compensatedDot(scaled, scaled).squareRoot()
      }
      let (queryErrors, keyErrors) = (
        queries.errors(0..<queryRows.count).map { Double($0) },
        keys.errors(0..<keyRows.count).map { Double($0) }
      )
      let (queryNorms, keyNorms) = (queryRows.map(norm), keyRows.map(norm))
      for r in queryRows.indices {
        #expect((1...1.01).contains(Double(queries.largestNorm(0..<r + 1)) / norms(r)))
      }
      func norms(_ last: Int) -> Double { queryNorms[...last].reduce(0, max) }
      for (r, query) in queryRows.enumerated() {
        // No error is larger than half a step, but for what is next to nothing.
        let half = 0.501 * Double(Plain(query).step)
        let most = 1.01 * max(half, Double(Scalar.leastNormalMagnitude).squareRoot())
        #expect(queryErrors[r] <= 1.5 * most * Double(depth).squareRoot())
        for (c, key) in keyRows.enumerated() {
          let exact = compensatedDot(query.map { Double($0) }, key.map { Double($0) })
          let size = (queryNorms[r] + queryErrors[r]) * (keyNorms[c] + keyErrors[c])
          // Three roundings of the product, and, where no instruction multiplies and subtracts at
          // once, one of each row's step times code. Below the normal numbers there are others.
          let rounding =
            2.6 * Double(Scalar.ulpOfOne) * size + Double(Scalar.leastNormalMagnitude)
          let bound =
            queryErrors[r] * keyNorms[c] + (queryNorms[r] + queryErrors[r]) * keyErrors[c]
          #expect(
            abs(Double(seen[r][c]) - exact) <= bound * (1 + 1e-12) + rounding,
            "row \(r), key \(c)")
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("have an error of no less than the rows that they are codes of", arguments: depths)
  func errorsOfTinyRows(depth: Int) {
    // Against one another tiny rows' products are nothing; not so against other rows.
    for isa in InstructionSet.available {
      let rows = [1e-38, 1e-36, 1e-30, 1e-22].map { Array(repeating: $0 as Float, count: depth) }
      let codes = Self.encoded(.queries, rows, depth: depth, on: isa)
      for (row, error) in zip(rows, codes.errors(0..<rows.count)) {
        let step = Plain(row).step
        // Codes of all 127, or of none at all.
        let left = row[0] > Float.leastNormalMagnitude * 1024 ? row[0] - 127 * step : row[0]
        #expect(Double(error) >= Double(abs(left)) * Double(depth).squareRoot())
      }
      let zero = Self.encoded(
        .queries, [Array(repeating: 0 as Float, count: depth)], depth: depth, on: isa)
      #expect(zero.errors(0..<1) == [0])
    }
  }

  @Test("are the same in parts as at once", arguments: InstructionSet.available, depths)
  func parts(on isa: InstructionSet, depth: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let queryRows = randomRows(13, depth, seed: 5, as: Scalar.self)
      let keyRows = randomRows(200, depth, seed: 6, as: Scalar.self)
      let (queries, keys) = (
        Self.encoded(.queries, queryRows, depth: depth, on: isa),
        Self.encoded(.keys, keyRows, depth: depth, on: isa)
      )
      let (queryParts, keyParts) = (
        Codes<Scalar>(.queries, rowCount: 13, dimension: depth, from: Workspace(retaining: 0)),
        Codes<Scalar>(.keys, rowCount: 200, dimension: depth, from: Workspace(retaining: 0))
      )
      // In another order, and some twice.
      for range in [7..<13, 0..<1, 1..<8] {
        queryParts.encode(
          Block(fenced: Array(queryRows[range]), columnCount: depth), at: range.lowerBound,
          on: isa)
      }
      for range in [128..<200, 64..<128, 0..<64] {
        keyParts.encode(
          Block(fenced: Array(keyRows[range]), columnCount: depth), at: range.lowerBound, on: isa)
      }
      #expect(queryParts.errors(0..<13) == queries.errors(0..<13))
      #expect(keyParts.errors(0..<200) == keys.errors(0..<200))
      #expect(keyParts.errors(70..<75) == Array(keys.errors(0..<200)[70..<75]))
      #expect(
        Self.products(queryParts, keyParts, rowCount: 13, keyCount: 200, on: isa)
          == Self.products(queries, keys, rowCount: 13, keyCount: 200, on: isa))
    }
    check(Float.self)
    check(Double.self)
  }

  // Codes of ±127 everywhere: the largest sums that 32 bits have to hold.
  @Test("do not overflow in the largest dimension", arguments: InstructionSet.available)
  func largestDimension(on isa: InstructionSet) {
    let depth = Codes<Float>.largestDimension
    let ones = Array(repeating: 1 as Float, count: depth)
    let signs = [ones, ones.map { -$0 }, ones.enumerated().map { $0.offset % 2 == 0 ? 1 : -1 }]
    let (queries, keys) = (
      Self.encoded(.queries, signs, depth: depth, on: isa),
      Self.encoded(.keys, signs, depth: depth, on: isa)
    )
    let seen = Self.products(queries, keys, rowCount: 3, keyCount: 3, on: isa)
    let n = Float(depth)
    for (row, expected) in zip(seen, [[n, -n, 0], [-n, n, 0], [0, 0, n]]) {
      for (actual, expected) in zip(row, expected) {
        // Three roundings, the integer's own, and two steps'.
        #expect(abs(actual - expected) <= 3.1 * Float.ulpOfOne * n)
      }
    }
  }
}
