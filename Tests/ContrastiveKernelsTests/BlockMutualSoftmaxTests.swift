import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

/// Against the row kernels, which have their own reference: of the tile for its rows, of its
/// transpose for its columns.
@Suite("Softmax kernels of rows and columns at once")
struct BlockMutualSoftmaxTests {
  // Around a strip of 32 rows.
  static let rowCounts = [1, 31, 33, 70]

  struct Sample<Scalar: EmbeddingScalar> {
    var rows: [[Scalar]]
    let columnCount: Int

    init(_ rowCount: Int, _ columnCount: Int) {
      self.columnCount = columnCount
      // Few different values, so that some tie with the ends of intervals.
      rows = randomRows(rowCount, columnCount, in: -9...9, seed: 5, as: Scalar.self)
        .map { $0.map { ($0 * 2).rounded() / 2 } }
      for r in rows.indices {
        for c in 0..<columnCount where (r + c) % 6 == 1 { rows[r][c] = -.infinity }
      }
    }

    var block: Block<Scalar> { Block(fenced: rows, columnCount: columnCount) }

    var transposed: Block<Scalar> {
      Block(
        fenced: (0..<columnCount).map { c in rows.map { $0[c] } }, columnCount: rows.count)
    }

    func ranks(_ count: Int) -> RankCounts {
      let low = (0..<count).map { Double($0 % 7) - 3 }
      return RankCounts(low: low, high: low.map { $0 + 1 })
    }
  }

  /// Both sums are those of floats in lanes of 32 terms: 18ε of a sum of positive terms, and the
  /// weighted ones, of one sign here, as many.
  func expectClose<Scalar>(
    _ a: ExponentialSums, from offset: Int, _ b: ExponentialSums, as: Scalar.Type
  ) where Scalar: EmbeddingScalar {
    let tolerance = 40 * Double(Scalar.ulpOfOne)
    for index in b.sum.indices {
      #expect(abs(a.sum[offset + index] - b.sum[index]) <= tolerance * b.sum[index])
      #expect(
        abs(a.weighted[offset + index] - b.weighted[index]) <= tolerance * abs(b.weighted[index]))
    }
  }

  @Test(
    "sum exponentials and count ranks", arguments: InstructionSet.available, columnCounts)
  func sums(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(
      _: Scalar.Type, rowCount: Int, storing: Bool, isUniform: Bool
    ) {
      let sample = Sample<Scalar>(rowCount, count)
      let (tile, offset) = (sample.block, 3)
      let rowShift = (0..<rowCount).map { isUniform ? 10 : 10 + Double($0 % 5) }
      let columnShift = (0..<count).map { isUniform ? 10 : 12 + Double($0 % 3) }
      var rowRanks: RankCounts? = sample.ranks(rowCount)
      var columnRanks: RankCounts? = sample.ranks(offset + count)
      var (rows, columns) = (
        ExponentialSums(rowCount: rowCount), ExponentialSums(rowCount: offset + count)
      )
      tile.addMutualSums(
        rows: &rows, columns: &columns, from: offset, rowShift: rowShift,
        columnShift: isUniform ? nil : columnShift, storing: storing, rowRanks: &rowRanks,
        columnRanks: &columnRanks, on: isa)
      #expect(tile.isFenceIntact)

      let byRow = sample.block
      var expectedRanks: RankCounts? = sample.ranks(rowCount)
      var expected = ExponentialSums(rowCount: rowCount)
      byRow.addExponentialSums(
        to: &expected, exponent: 1, shift: rowShift, storing: storing, counting: &expectedRanks,
        on: isa)
      expectClose(rows, from: 0, expected, as: Scalar.self)
      #expect(tile.doubles == byRow.doubles)
      #expect(rowRanks?.above == expectedRanks?.above)
      #expect(rowRanks?.notBelow == expectedRanks?.notBelow)

      let all = sample.ranks(offset + count)
      var columnExpected: RankCounts? = all[offset..<offset + count]
      var expectedColumns = ExponentialSums(rowCount: count)
      sample.transposed.addExponentialSums(
        to: &expectedColumns, exponent: 1, shift: columnShift, storing: false,
        counting: &columnExpected, on: isa)
      expectClose(columns, from: offset, expectedColumns, as: Scalar.self)
      #expect(columns.sum[..<offset].allSatisfy { $0 == 0 })
      #expect(columnRanks.map { Array($0.above[offset...]) } == columnExpected?.above)
      #expect(columnRanks.map { Array($0.notBelow[offset...]) } == columnExpected?.notBelow)

      var maximum = Array(repeating: -Double.infinity, count: count)
      var again: RankCounts? = all
      sample.block.updateColumnMaximum(&maximum, counting: &again, from: offset, on: isa)
      #expect(
        maximum == (0..<count).map { c in sample.rows.map { Double($0[c]) }.max() ?? -.infinity })
      #expect(again?.above == columnRanks?.above)
      #expect(again?.notBelow == columnRanks?.notBelow)
    }
    for rowCount in Self.rowCounts {
      for isUniform in [false, true] {
        check(Float.self, rowCount: rowCount, storing: !isUniform, isUniform: isUniform)
        check(Double.self, rowCount: rowCount, storing: isUniform, isUniform: isUniform)
      }
    }
  }

  @Test(
    "sum exponentials of a scale per row and column", arguments: InstructionSet.available,
    columnCounts)
  func scaledSums(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, rowCount: Int, storing: Bool) {
      let sample = Sample<Scalar>(rowCount, count)
      let (tile, offset) = (sample.block, 3)
      let rowScale = (0..<rowCount).map { 0.75 + 0.25 * Double($0 % 3) }
      let columnScale = (0..<count).map { 0.5 + 0.125 * Double($0 % 5) }
      let (rowShift, columnShift) = (rowScale.map { 9 * $0 }, columnScale.map { 9 * $0 })
      var rowRanks: RankCounts? = sample.ranks(rowCount)
      var columnRanks: RankCounts? = sample.ranks(offset + count)
      var (rows, columns) = (
        ExponentialSums(rowCount: rowCount), ExponentialSums(rowCount: offset + count)
      )
      tile.addMutualSums(
        rows: &rows, columns: &columns, from: offset, rowShift: rowShift,
        columnShift: columnShift, rowScale: rowScale, columnScale: columnScale, storing: storing,
        rowRanks: &rowRanks, columnRanks: &columnRanks, on: isa)
      #expect(tile.isFenceIntact)

      // Row by row, and column by column of the transpose, each with its own exponent.
      let (byRow, byColumn) = (sample.block, sample.transposed)
      func expected(
        _ block: Block<Scalar>, _ scale: [Double], _ shift: [Double], storing: Bool
      ) -> ExponentialSums {
        var sums = ExponentialSums(rowCount: scale.count)
        for r in scale.indices {
          var (own, none) = (ExponentialSums(rowCount: 1), RankCounts?.none)
          block.rows(r..<r + 1).addExponentialSums(
            to: &own, exponent: scale[r], shift: [shift[r]], storing: storing, counting: &none,
            on: isa)
          (sums.sum[r], sums.weighted[r]) = (own.sum[0], own.weighted[0])
        }
        return sums
      }
      expectClose(
        rows, from: 0, expected(byRow, rowScale, rowShift, storing: storing), as: Scalar.self)
      expectClose(
        columns, from: offset, expected(byColumn, columnScale, columnShift, storing: false),
        as: Scalar.self)
      #expect(tile.doubles == byRow.doubles)

      // Ranks are of x itself.
      var (maximum, rowExpected) = (
        Array(repeating: -Double.infinity, count: rowCount), Optional(sample.ranks(rowCount))
      )
      sample.block.updateMaximum(&maximum, counting: &rowExpected, on: isa)
      #expect(rowRanks == rowExpected)
      var (largest, columnExpected) = (
        Array(repeating: -Double.infinity, count: count), Optional(sample.ranks(offset + count))
      )
      sample.block.updateColumnMaximum(&largest, counting: &columnExpected, from: offset, on: isa)
      #expect(columnRanks == columnExpected)
    }
    for rowCount in Self.rowCounts {
      check(Float.self, rowCount: rowCount, storing: rowCount > 32)
      check(Double.self, rowCount: rowCount, storing: rowCount <= 32)
    }
  }

  @Test(
    "turn logits into weights of a scale per row and column", arguments: InstructionSet.available,
    columnCounts)
  func scaledWeights(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let rowCount = 5
      let sample = Sample<Scalar>(rowCount, count)
      func term(_ count: Int, shift: Double) -> MutualTerm {
        MutualTerm(
          shift: (0..<count + 2).map { shift + Double($0 % 4) }[2...],
          factor: (0..<count + 2).map { Double($0 % 3) - 0.5 }[2...],
          scale: (0..<count + 2).map { 0.5 + Double($0 % 5) / 8 }[2...])
      }
      let (rows, columns) = (term(rowCount, shift: 9), term(count, shift: 11))
      let tile = sample.block
      tile.setMutualWeights(.logits, rows: rows, columns: columns, on: isa)
      #expect(tile.isFenceIntact)
      for (r, row) in tile.doubles.enumerated() {
        for (c, actual) in row.enumerated() {
          let x = Double(sample.rows[r][c])
          func share(_ term: MutualTerm, _ index: Int) -> Double {
            let scale = term.scale?[2 + index] ?? .nan
            return term.factor[2 + index] * exp(scale * x - term.shift[2 + index])
          }
          let parts = [share(rows, r), share(columns, c)]
          // As for the other weights, and half an ε of a product below 9.
          let size = parts.reduce(0) { $0 + abs($1) }
          #expect(abs(actual - parts[0] - parts[1]) <= 37 * Double(Scalar.ulpOfOne) * size)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "turn logits, or exponentials, into weights", arguments: InstructionSet.available,
    columnCounts)
  func weights(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, _ content: MutualContent) {
      let rowCount = 5
      var sample = Sample<Scalar>(rowCount, count)
      if content == .equallyShiftedExponentials {
        sample.rows = sample.rows.map { $0.map { $0.isFinite ? Scalar(exp(Double($0))) : 0 } }
      }
      let isEqual = content != .logits
      func term(_ count: Int, shift: Double) -> MutualTerm {
        // Slices that do not begin at 0, as the engine's.
        MutualTerm(
          shift: (0..<count + 2).map { isEqual ? 10 : shift + Double($0 % 4) }[2...],
          factor: (0..<count + 2).map { Double($0 % 3) - 0.5 }[2...])
      }
      let (rows, columns) = (term(rowCount, shift: 9), term(count, shift: 11))
      let tile = sample.block
      tile.setMutualWeights(content, rows: rows, columns: columns, on: isa)
      #expect(tile.isFenceIntact)
      for (r, row) in tile.doubles.enumerated() {
        for (c, actual) in row.enumerated() {
          let x = Double(sample.rows[r][c])
          func share(_ term: MutualTerm, _ index: Int) -> Double {
            let factor = term.factor[2 + index]
            let shift = term.shift[2 + index]
            return factor * (content == .equallyShiftedExponentials ? x : exp(x - shift))
          }
          let parts = [share(rows, r), share(columns, c)]
          // exp's 2 ulp and the roundings of its argument, below 24, of factors and of the sum.
          let size = parts.reduce(0) { $0 + abs($1) }
          #expect(abs(actual - parts[0] - parts[1]) <= 32 * Double(Scalar.ulpOfOne) * size)
        }
      }
    }
    for content in [MutualContent.logits, .equallyShiftedLogits, .equallyShiftedExponentials] {
      check(Float.self, content)
      check(Double.self, content)
    }
  }

  @Test(
    "gather what is large, and add it by row and by column", arguments: InstructionSet.available)
  func sparse(on isa: InstructionSet) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, columnCount: Int, dimension: Int) {
      let rowCount = 6
      let tiles = (0..<2).map { tile in
        randomRows(rowCount, columnCount, in: 0...1, seed: 7 + UInt64(tile), as: Scalar.self)
      }
      let threshold = (0..<rowCount).map { [0.5, 0.9, -3, 2, 0.75, 1][$0] }
      let gathered = SparseWeights<Scalar>(
        capacity: 2 * rowCount * columnCount + columnCount + 1, from: .shared)
      for (index, tile) in tiles.enumerated() {
        gathered.append(
          Block(fenced: tile, columnCount: columnCount), threshold: threshold, on: isa)
        for row in 0..<rowCount {
          let sum = large(index, row).reduce(0) { $0 + $1.value }
          #expect(abs(gathered.tileSums[row] - sum) < 1e-12 * Double(columnCount))
        }
      }
      func large(_ tile: Int, _ row: Int) -> [(column: Int, value: Double)] {
        tiles[tile][row].enumerated().filter { $1 >= Scalar(threshold[row]) }.map {
          ($0, Double($1))
        }
      }
      let expectedCount = (0..<2).reduce(0) { count, tile in
        count + (0..<rowCount).reduce(0) { $0 + large(tile, $1).count }
      }
      #expect(gathered.count == expectedCount)

      // A higher threshold for the first tile; the second is looked at below.
      let higher = (0..<rowCount).map { [0.8, 0.9, 0.25, 2, 1, 0.5][$0] }
      let pruned = gathered.prune(tile: 0, threshold: higher, on: isa)
      for row in 0..<rowCount {
        let rest = large(0, row).filter { $0.value >= Double(Scalar(higher[row])) }
        #expect(abs(pruned[row] - rest.reduce(0) { $0 + $1.value }) < 1e-12 * Double(columnCount))
      }
      let left = (0..<rowCount).reduce(0) { count, row in
        count + large(0, row).filter { $0.value >= Double(Scalar(higher[row])) }.count
          + large(1, row).count
      }
      #expect(gathered.count == left)

      let keys = randomRows(columnCount, dimension, in: -1...1, seed: 11, as: Scalar.self)
      let queries = randomRows(rowCount, dimension, in: -1...1, seed: 12, as: Scalar.self)
      let factors = (0..<rowCount).map { Double($0) - 2 }
      let rowSums = Block<Scalar>(fencedRows: rowCount, columnCount: dimension)
      let keySums = Block<Scalar>(fencedRows: columnCount, columnCount: dimension)
      gathered.add(
        tile: 1, factors: factors, keys: Block(fenced: keys, columnCount: dimension),
        to: rowSums, on: isa)
      gathered.addTransposed(
        tile: 1, factors: factors, queries: Block(fenced: queries, columnCount: dimension),
        to: keySums, on: isa)
      #expect(rowSums.isFenceIntact && keySums.isFenceIntact)
      let (rowSumsSeen, keySumsSeen) = (rowSums.doubles, keySums.doubles)
      // Sums of as many terms below 4 as there are columns, or rows.
      let tolerance = 4 * Double(columnCount + rowCount) * Double(Scalar.ulpOfOne)
      for d in 0..<dimension {
        var keyExpected = Array(repeating: 0.0, count: columnCount)
        for row in 0..<rowCount {
          var expected = 0.0
          for (column, value) in large(1, row) {
            let weight = value * factors[row]
            expected += weight * Double(keys[column][d])
            keyExpected[column] += weight * Double(queries[row][d])
          }
          #expect(abs(rowSumsSeen[row][d] - expected) <= tolerance)
        }
        for column in 0..<columnCount {
          #expect(abs(keySumsSeen[column][d] - keyExpected[column]) <= tolerance)
        }
      }
    }
    for (columnCount, dimension) in [(1, 1), (17, 16), (40, 127), (33, 129)] {
      check(Float.self, columnCount: columnCount, dimension: dimension)
      check(Double.self, columnCount: columnCount, dimension: dimension)
    }
  }

  @Test("say when there is no room to gather")
  func noRoom() {
    let rows = randomRows(4, 10, in: 0...1, seed: 3, as: Float.self)
    let gathered = SparseWeights<Float>(capacity: 30, from: .shared)
    gathered.reset()
    let tile = Block(fenced: rows, columnCount: 10)
    let threshold = Array(repeating: 0.0, count: 4)
    gathered.append(tile, threshold: threshold, on: .best)
    #expect(gathered.count == nil)
    gathered.append(tile, threshold: threshold, on: .best)
    #expect(gathered.count == nil)
    gathered.reset()
    gathered.append(
      tile, threshold: threshold.map { _ in 2 }, on: .best)
    #expect(gathered.count == 0)
  }
}
