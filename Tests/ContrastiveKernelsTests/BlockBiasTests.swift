import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

/// Against plain loops in double precision.
@Suite("Softmax kernels of biased candidates")
struct BlockBiasTests {
  /// Rows with and without masked elements, one of none but those, and a bias per column, one of
  /// them −∞.
  struct Sample<Scalar: EmbeddingScalar> {
    var rows: [[Scalar]]
    var bias: [Scalar]
    let columnCount: Int
    let exponent: Double

    init(_ columnCount: Int, exponent: Double) {
      self.columnCount = columnCount
      self.exponent = Double(Scalar(exponent))
      rows = randomRows(4, columnCount, in: -9...9, seed: 51, as: Scalar.self)
      for c in 0..<columnCount where c % 5 == 2 { rows[1][c] = -.infinity }
      rows[3] = Array(repeating: -.infinity, count: columnCount)
      bias = randomRows(1, columnCount, in: -6...6, seed: 52, as: Scalar.self)[0]
      if columnCount > 20 { bias[20] = -.infinity }
    }

    var block: Block<Scalar> { Block(fenced: rows, columnCount: columnCount) }

    /// exponent · x + bias without rounding to speak of, and what its roundings are a share of.
    func logit(_ row: Int, _ column: Int) -> (value: Double, size: Double) {
      let product = exponent * Double(rows[row][column])
      let value = product + Double(bias[column])
      return value.isFinite ? (value, abs(product) + abs(value)) : (-.infinity, 0)
    }
  }

  static func forEachSample(_ columnCount: Int, _ body: (any AnySample) -> Void) {
    for exponent in [1, 1.7] {
      body(Sample<Float>(columnCount, exponent: exponent))
      body(Sample<Double>(columnCount, exponent: exponent))
    }
  }

  protocol AnySample {
    func checkMaximum(on isa: InstructionSet)
    func checkSums(on isa: InstructionSet)
    func checkWeights(on isa: InstructionSet)
  }

  @Test("have the largest exponent", arguments: InstructionSet.available, columnCounts)
  func maximum(on isa: InstructionSet, columnCount: Int) {
    Self.forEachSample(columnCount) { $0.checkMaximum(on: isa) }
  }

  @Test(
    "have sums of exponentials and of biases", arguments: InstructionSet.available, columnCounts)
  func sums(on isa: InstructionSet, columnCount: Int) {
    Self.forEachSample(columnCount) { $0.checkSums(on: isa) }
  }

  @Test("have weights", arguments: InstructionSet.available, columnCounts)
  func weights(on isa: InstructionSet, columnCount: Int) {
    Self.forEachSample(columnCount) { $0.checkWeights(on: isa) }
  }

  // Where the sums round the product and the difference together, the exact product exceeds the
  // rounded one, a maximum without a step up, in every other row.
  @Test(
    "and others are nowhere above their row's maximum", arguments: InstructionSet.available,
    [0.3, 1, 1.7, 14.3])
  func nothingAboveMaximum(on isa: InstructionSet, exponent: Double) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, isBiased: Bool) {
      let (rowCount, count) = (200, 17)
      let block = Block(
        fenced: randomRows(rowCount, count, seed: 53, as: Scalar.self), columnCount: count)
      let bias = randomRows(1, count, seed: 54, as: Scalar.self)[0]
      var maximum = Array(repeating: -Double.infinity, count: rowCount)
      var none: RankCounts?
      block.updateMaximum(
        &maximum, exponent: exponent, bias: isBiased ? bias : nil, counting: &none, on: isa)
      block.setWeights(
        [
          ExponentialTerm(
            exponent: exponent, shift: maximum, factor: Array(repeating: 1, count: rowCount))
        ], bias: isBiased ? bias : nil, on: isa)
      for row in block.doubles {
        let largest = row.max() ?? 0
        #expect(largest <= 1)
        // The step of an ulp of 30 at the most, and exp's own.
        #expect(largest >= 1 - 32 * Double(Scalar.ulpOfOne))
      }
    }
    for isBiased in [false, true] {
      check(Float.self, isBiased: isBiased)
      check(Double.self, isBiased: isBiased)
    }
  }
}

extension BlockBiasTests.Sample: BlockBiasTests.AnySample {
  func checkMaximum(on isa: InstructionSet) {
    let before: [Double] = [-.infinity, 3, 100, -.infinity]
    let interval = [-1.0, 0, 3, 5]
    for bias in [bias, nil] {
      var maximum = before
      var ranks: RankCounts? = RankCounts(low: interval, high: interval.map { $0 + 2 })
      let block = block
      block.updateMaximum(
        &maximum, exponent: exponent, bias: bias, counting: &ranks, on: isa)
      #expect(block.isFenceIntact)
      for r in rows.indices {
        let exact = (0..<columnCount).map {
          bias == nil ? exponent * Double(rows[r][$0]) : logit(r, $0).value
        }.reduce(before[r], max)
        // Two roundings, of numbers up to 15.3 and 21.3; without a bias one, and a step up.
        let tolerance = exact == before[r] || bias == nil && exponent == 1 ? 0 : 48.0
        #expect(
          maximum[r] == exact
            || abs(maximum[r] - exact) <= tolerance * Double(Scalar.ulpOfOne))
        // Of the elements as they are.
        #expect(
          ranks?.above[r] == Int64(rows[r].filter { Double($0) > interval[r] + 2 }.count))
        #expect(ranks?.notBelow[r] == Int64(rows[r].filter { Double($0) >= interval[r] }.count))
      }
    }
  }

  /// Of exp(u): half an ε of the product, of the sum with the bias, and of u; exp has 2 ulp, 2ε; a
  /// lane adds up to 32 terms and 4 pairs of lanes, ½ε each.
  private func tolerance(_ size: Double, _ u: Double) -> Double {
    (size + abs(u) + 2 + 18) * Double(Scalar.ulpOfOne)
  }

  func checkSums(on isa: InstructionSet) {
    for storing in [false, true] {
      let block = block
      var (maximum, none) = (
        Array(repeating: -Double.infinity, count: rows.count), RankCounts?.none
      )
      block.updateMaximum(&maximum, exponent: exponent, bias: bias, counting: &none, on: isa)
      let shift = maximum.map { $0.isFinite ? $0 : 0 }
      var sums = ExponentialSums(rowCount: rows.count, biased: true)
      let interval = [-1.0, 0, 3, 5]
      var ranks: RankCounts? = RankCounts(low: interval, high: interval.map { $0 + 2 })
      block.addExponentialSums(
        to: &sums, exponent: exponent, shift: shift, bias: bias, storing: storing,
        counting: &ranks, on: isa)
      #expect(block.isFenceIntact)
      for r in rows.indices {
        var (sum, weighted, biased, error) = ([0.0], [0.0], [0.0], 0.0)
        for c in 0..<columnCount {
          let (value, size) = logit(r, c)
          let u = value - shift[r]
          let e = value.isFinite ? exp(u) : 0
          if value.isFinite {
            sum.append(e)
            weighted.append(u * e)
            biased.append(Double(bias[c]) * e)
            error += e * (1 + abs(u) + abs(Double(bias[c]))) * tolerance(size, u)
          }
          let stored = Double(block[r, c])
          if storing {
            #expect(
              abs(stored - e) <= e * tolerance(size, value.isFinite ? u : 0)
                + Double(Scalar.leastNormalMagnitude))
          } else {
            #expect(stored == Double(rows[r][c]))
          }
        }
        #expect(abs(sums.sum[r] - compensatedSum(sum)) <= error)
        #expect(abs(sums.weighted[r] - compensatedSum(weighted)) <= error)
        #expect(abs(sums.biased[r] - compensatedSum(biased)) <= error)
        #expect(
          ranks?.above[r] == Int64(rows[r].filter { Double($0) > interval[r] + 2 }.count))
        #expect(ranks?.notBelow[r] == Int64(rows[r].filter { Double($0) >= interval[r] }.count))
      }
      #expect((sums.sum[3], sums.weighted[3], sums.biased[3]) == (0, 0, 0))
    }
  }

  func checkWeights(on isa: InstructionSet) {
    let terms = [
      ExponentialTerm(exponent: exponent, shift: [20, 21, 22, 0], factor: [2, 0, -0.5, 1]),
      ExponentialTerm(exponent: 0.5, shift: [10, 10, 11, 0], factor: [-3, 1, 1, 1]),
    ]
    for termCount in 1...2 {
      let block = block
      block.setWeights(Array(terms[..<termCount]), bias: bias, on: isa)
      #expect(block.isFenceIntact)
      for (r, row) in block.doubles.enumerated() {
        for (c, actual) in row.enumerated() {
          var (exact, error) = (0.0, Double(Scalar.leastNormalMagnitude))
          for term in terms[..<termCount] {
            let product = term.exponent * Double(rows[r][c])
            let value = product + Double(bias[c])
            guard value.isFinite else { continue }
            let u = value - term.shift[r]
            exact += term.factor[r] * exp(u)
            error += abs(term.factor[r]) * exp(u) * tolerance(abs(product) + abs(value), u)
          }
          #expect(abs(actual - exact) <= error, "row \(r), column \(c)")
        }
      }
    }
  }
}
