import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

@Suite("Row kernels")
struct BlockRowsTests {
  // A lane adds count/8 terms at the least, and lanes are added in 4 steps: n/8 + 5 roundings of
  // a partial sum that is never above Σ|xᵢyᵢ| (Higham 2002, §4.2), each of half an epsilon; the
  // differences of a distance have one more, squared.
  private func sumTolerance<Scalar: EmbeddingScalar>(_ count: Int, _: Scalar.Type) -> Double {
    (Double(count) / 8 + 8) * Double(Scalar.ulpOfOne) / 2
  }

  @Test("multiply and measure rows", arguments: InstructionSet.available, columnCounts)
  func reductions(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let x = randomRows(4, count, seed: 1, as: scalar)
      let y = randomRows(4, count, seed: 2, as: scalar)
      let (a, b) = (Block(fenced: x, columnCount: count), Block(fenced: y, columnCount: count))
      let tolerance = sumTolerance(count, scalar)
      let (dots, distances) = (a.dots(with: b, on: isa), a.squaredDistances(from: b, on: isa))
      let (left, right) = (a.doubles, b.doubles)
      for r in 0..<4 {
        let (xr, yr) = (left[r], right[r])
        let size = zip(xr, yr).reduce(0) { $0 + abs($1.0 * $1.1) }
        #expect(abs(dots[r] - compensatedDot(xr, yr)) <= tolerance * size)
        let difference = zip(xr, yr).map { $0 - $1 }
        let square = compensatedDot(difference, difference)
        #expect(abs(distances[r] - square) <= tolerance * square)
      }
      var sums = (0..<count).map { Double($0) }
      a.addColumnSums(to: &sums, on: isa)
      for c in 0..<count {
        let exact = compensatedSum([Double(c)] + left.map { $0[c] })
        // In double, 4 additions of numbers up to 8 + c.
        #expect(abs(sums[c] - exact) <= 4 * (8 + Double(c)) * .ulpOfOne)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "count elements in bins as a loop does, those beyond in the outermost and −∞ in none",
    arguments: InstructionSet.available, columnCounts)
  func histogram(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      var x = randomRows(4, count, seed: 5, as: scalar)
      // Both ends of the range, the end of a bin, and what is in no bin.
      let special: [Scalar] = [-1, 1, 0.5, -.infinity, 3, -3]
      for index in 0..<min(count, special.count) { x[index % 4][index] = special[index] }
      let block = Block(fenced: x, columnCount: count)
      var (counts, expected) = ([Int64](repeating: 1, count: 8), [Int64](repeating: 1, count: 8))
      block.addHistogram(to: &counts, over: -1...1, on: isa)
      for value in block.doubles.flatMap(\.self) where value > -.infinity {
        expected[min(7, max(0, Int(((value + 1) * 4).rounded(.down))))] += 1
      }
      #expect(counts == expected)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "multiply and add up rows in shares of 256, for any number of threads",
    arguments: [1, 255, 256, 257, 600], 1...3)
  func shares(rowCount: Int, threads: Int) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let (width, isa) = (5, InstructionSet.best)
      let x = Block(
        fenced: randomRows(rowCount, width, seed: 3, as: scalar), columnCount: width)
      let y = Block(
        fenced: randomRows(rowCount, width, seed: 4, as: scalar), columnCount: width)
      // A row's product does not depend on its share.
      #expect(x.dots(with: y, threads: threads, on: isa) == x.dots(with: y, on: isa))
      let sums = x.columnSums(threads: threads, on: isa)
      #expect(sums == x.columnSums(threads: 1, on: isa))
      let rows = x.doubles
      for c in 0..<width {
        // In double, an addition per row and one per share, of numbers up to 2.
        let tolerance = Double(rowCount + 3) * Double(2 * rowCount) * Double.ulpOfOne / 2
        #expect(abs(sums[c] - compensatedSum(rows.map { $0[c] })) <= tolerance)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("scale, add and copy rows", arguments: InstructionSet.available, columnCounts)
  func elementwise(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let x = randomRows(3, count, seed: 1, as: scalar)
      let y = randomRows(3, count, seed: 2, as: scalar)
      let factors = [2, -0.5, 0]
      let block = Block(fenced: x, columnCount: count)
      let other = Block(fenced: y, columnCount: count)
      // Factors are powers of two or 0, and a fused multiply-add of them rounds once as well.
      block.scaleRows(by: factors, on: isa)
      for r in 0..<3 { #expect(block.doubles[r] == x[r].map { factors[r] * Double($0) }) }
      block.copy(Block(fenced: x, columnCount: count))
      block.add(other, on: isa)
      for r in 0..<3 {
        #expect(block.doubles[r] == zip(x[r], y[r]).map { Double($0 + $1) })
      }
      block.copy(Block(fenced: x, columnCount: count))
      block.add(other, times: factors, on: isa)
      for r in 0..<3 {
        #expect(block.doubles[r] == zip(x[r], y[r]).map { Double($0 + Scalar(factors[r]) * $1) })
      }
      #expect(block.isFenceIntact)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "copy rows of one precision to another, rounding once", arguments: InstructionSet.available,
    columnCounts)
  func convert(on isa: InstructionSet, count: Int) {
    let rows = randomRows(3, count, seed: 1, as: Double.self)
    let (double, float) = (
      Block(fenced: rows, columnCount: count), Block<Float>(fencedRows: 3, columnCount: count)
    )
    let again = Block<Double>(fencedRows: 3, columnCount: count)
    again.copy(converting: double, on: isa)
    #expect(again.doubles == rows && again.isFenceIntact)
    float.copy(converting: double, on: isa)
    let rounded = rows.map { $0.map { Double(Float($0)) } }
    #expect(float.doubles == rounded && float.isFenceIntact)
    #expect(count == 0 || rounded != rows)
    double.copy(converting: float, on: isa)
    #expect(double.doubles == rounded && double.isFenceIntact)
    let floatAgain = Block<Float>(fencedRows: 3, columnCount: count)
    floatAgain.copy(converting: float, on: isa)
    #expect(floatAgain.doubles == rounded && floatAgain.isFenceIntact)
  }

  @Test("normalise rows of any length", arguments: InstructionSet.available, columnCounts)
  func normalise(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type, exponents: [Scalar.Exponent]) {
      for exponent in exponents {
        let factor = Scalar(sign: .plus, exponent: exponent, significand: 1)
        let directions = randomRows(3, count, seed: 1, as: scalar)
        let g = randomRows(3, count, in: -1...1, seed: 2, as: scalar)
        let x = Block(fenced: directions.map { $0.map { $0 * factor } }, columnCount: count)
        let unit = Block<Scalar>(fencedRows: 3, columnCount: count)
        unit.setNormalized(x, on: isa)
        let slopes = Block(fenced: g, columnCount: count)
        slopes.pullBackNormalization(of: x, on: isa)
        #expect(unit.isFenceIntact && slopes.isFenceIntact)
        guard count > 0 else { continue }
        // Twice the sum's tolerance, halved by the root, and 6 roundings of the quotient and the
        // radial part.
        let tolerance = 2 * sumTolerance(count, scalar) + 6 * Double(Scalar.ulpOfOne)
        for r in 0..<3 {
          let direction = directions[r].map { Double($0) }
          let length = compensatedDot(direction, direction).squareRoot()
          let exact = direction.map { $0 / length }
          let slope = g[r].map { Double($0) }
          let radial = compensatedDot(exact, slope)
          let size = compensatedDot(slope, slope).squareRoot()
          // Compared after taking the power of two out, which is exact in Double. A comparison
          // with NaN is false, so that `allSatisfy` would not lose one.
          let isUnit = (0..<count).allSatisfy {
            abs(Double(unit[r, $0]) - exact[$0]) <= tolerance * abs(exact[$0])
          }
          let isPulledBack = (0..<count).allSatisfy {
            let pulled = Double(slopes[r, $0]) * Double(factor) * length
            return abs(pulled - (slope[$0] - radial * exact[$0])) <= tolerance * (size + 1)
          }
          #expect(isUnit, "2^\(exponent), row \(r)")
          #expect(isPulledBack, "2^\(exponent), row \(r)")
        }
      }
    }
    check(Float.self, exponents: [0, 100, -95, 63, -63])
    check(Double.self, exponents: [0, 1000, -990, 511, -511])
  }

  @Test("leave rows without a direction alone", arguments: InstructionSet.available)
  func noDirection(on isa: InstructionSet) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let rows: [[Scalar]] = [
        [0, 0, 0], [.leastNonzeroMagnitude, 0, 0], [.leastNormalMagnitude / 2, 0, 0],
        [.leastNormalMagnitude * 2, 0, 0], [.greatestFiniteMagnitude, 0, 0],
      ]
      let x = Block(fenced: rows, columnCount: 3)
      let unit = Block<Scalar>(fencedRows: 5, columnCount: 3)
      unit.setNormalized(x, on: isa)
      #expect(unit.doubles[0] == [0, 0, 0])
      #expect(unit.doubles[1][0] == Double(Scalar.ulpOfOne))
      #expect(unit.doubles[2][0] == 0.5)
      #expect(unit.doubles[3] == [1, 0, 0])
      #expect(abs(unit.doubles[4][0] - 1) <= Double(Scalar.ulpOfOne))
      let g = Block(
        fenced: Array(repeating: [0, 0.5, -0.25] as [Scalar], count: 5), columnCount: 3)
      g.pullBackNormalization(of: x, on: isa)
      for r in 0..<3 { #expect(g.doubles[r] == [0, 0, 0]) }
      for r in 3..<5 { #expect(g.doubles[r].allSatisfy { $0.isFinite }) }
      #expect(g.doubles[3][1] == 0.25 / Double(Scalar.leastNormalMagnitude))
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("find the first row that is not finite", arguments: InstructionSet.available, columnCounts)
  func notFinite(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_ scalar: Scalar.Type) {
      let finite = Array(
        repeating: Array(repeating: Scalar.greatestFiniteMagnitude, count: count), count: 4)
      #expect(Block(fenced: finite, columnCount: count).firstNotFiniteRow(on: isa) == nil)
      for c in stride(from: 0, to: count, by: max(1, count / 9)) {
        for (row, value) in [(0, Scalar.nan), (2, .infinity), (3, -.infinity)] {
          var rows = finite
          rows[row][c] = value
          rows[3][count - 1 - c] = .nan
          #expect(Block(fenced: rows, columnCount: count).firstNotFiniteRow(on: isa) == row)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
