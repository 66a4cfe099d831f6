import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

@Suite("Softmax kernels")
struct BlockSoftmaxTests {
  @Test("take maxima and count ranks exactly", arguments: InstructionSet.available, columnCounts)
  func maxima(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      // Few different values, so that many tie with the ends of the interval.
      let rows = randomRows(5, count, in: -4...4, seed: 1, as: Scalar.self)
        .map { $0.map { ($0 * 2).rounded() / 2 } }
      let block = Block(fenced: rows, columnCount: count)
      let low = [-1, 0, 0.5, -5, 4]
      let high = [1, 0, 0.5, 5, 4.5]
      var ranks: RankCounts? = RankCounts(low: low, high: high)
      var maximum: [Double] = [-.infinity, 1, 100, -.infinity, -3]
      let before = maximum
      block.updateMaximum(&maximum, counting: &ranks, on: isa)
      for (r, row) in rows.enumerated() {
        #expect(maximum[r] == row.reduce(before[r]) { Swift.max($0, Double($1)) })
        #expect(ranks?.above[r] == Int64(row.filter { Double($0) > high[r] }.count))
        #expect(ranks?.notBelow[r] == Int64(row.filter { Double($0) >= low[r] }.count))
      }
      var none: RankCounts?
      var again = before
      block.updateMaximum(&again, counting: &none, on: isa)
      #expect(again == maximum)
      #expect(none == nil)
    }
    check(Float.self)
    check(Double.self)
  }

  // u = exponent·x − shift has two roundings (one with fused multiply-add), ½ε of |exponent·x| and
  // ½ε of |u|; exp has 2 ulp, 2ε at most; a lane adds up to 32 terms and 4 pairs of lanes, ½ε each.
  // Double's reference, with the C library's exp and compensated sums, has the first errors too.
  private func termTolerance(_ x: Double, _ u: Double, epsilon: Double) -> Double {
    (abs(x) + abs(u) + 2 + 18) * epsilon
  }

  @Test("sum exponentials, and weighted ones", arguments: InstructionSet.available, columnCounts)
  func sums(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, exponent: Double, storing: Bool) {
      var rows = randomRows(4, count, in: -20...20, seed: 2, as: Scalar.self)
      // Masked entries are nothing; the last row has no others.
      for c in 0..<count where c % 5 == 2 { rows[1][c] = -.infinity }
      rows[3] = Array(repeating: -.infinity, count: count)
      let shift = rows.map { row in
        row.max().map { $0.isFinite ? Double(Scalar(exponent * Double($0))) : 0 } ?? 0
      }
      let block = Block(fenced: rows, columnCount: count)
      var sums = ExponentialSums(rowCount: 4)
      sums.sum[0] = 3
      // Ranks along the way, of the elements as they were.
      let interval = [-1.0, 0, 3, 5]
      var ranks: RankCounts? = RankCounts(low: interval, high: interval.map { $0 + 2 })
      block.addExponentialSums(
        to: &sums, exponent: exponent, shift: shift, storing: storing, counting: &ranks, on: isa)
      for (r, row) in rows.enumerated() {
        #expect(ranks?.above[r] == Int64(row.filter { Double($0) > interval[r] + 2 }.count))
        #expect(ranks?.notBelow[r] == Int64(row.filter { Double($0) >= interval[r] }.count))
      }
      for (r, row) in rows.enumerated() {
        let finite = row.filter(\.isFinite).map { exponent * Double($0) }
        let u = finite.map { $0 - shift[r] }
        let tolerance = zip(finite, u).reduce(0) {
          $0 + exp($1.1) * (1 + abs($1.1))
            * termTolerance($1.0, $1.1, epsilon: Double(Scalar.ulpOfOne))
        }
        let (sum, weighted) = (
          compensatedSum(u.map { exp($0) }), compensatedSum(u.map { $0 * exp($0) })
        )
        #expect(abs(sums.sum[r] - (r == 0 ? 3 : 0) - sum) <= tolerance + (r == 0 ? 1e-15 : 0))
        #expect(abs(sums.weighted[r] - weighted) <= tolerance)
      }
      #expect(sums.sum[3] == 0 && sums.weighted[3] == 0)
      #expect(block.isFenceIntact)
      for (r, row) in block.doubles.enumerated() {
        for (c, stored) in row.enumerated() {
          guard storing else {
            #expect(stored == Double(rows[r][c]))
            continue
          }
          let x = exponent * Double(rows[r][c])
          let u = x - shift[r]
          let exact = x.isFinite ? exp(u) : 0
          let tolerance = x.isFinite ? termTolerance(x, u, epsilon: Double(Scalar.ulpOfOne)) : 0
          #expect(abs(stored - exact) <= exact * tolerance + Double(Scalar.leastNormalMagnitude))
        }
      }
    }
    check(Float.self, exponent: 1, storing: false)
    check(Float.self, exponent: 1.5, storing: true)
    check(Double.self, exponent: 1, storing: true)
    check(Double.self, exponent: 0.5, storing: false)
  }

  @Test(
    "turn logits into weights of one or two exponents", arguments: InstructionSet.available,
    columnCounts)
  func weights(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, termCount: Int) {
      var rows = randomRows(3, count, in: -20...20, seed: 3, as: Scalar.self)
      for c in 0..<count where c % 7 == 3 { rows[2][c] = -.infinity }
      let terms = [
        ExponentialTerm(exponent: 1.5, shift: [30, 31, 32], factor: [2, 0, -0.5]),
        ExponentialTerm(exponent: 0.5, shift: [10, 10, 11], factor: [-3, 1, 1]),
      ].prefix(termCount)
      let block = Block(fenced: rows, columnCount: count)
      block.setWeights(Array(terms), on: isa)
      #expect(block.isFenceIntact)
      for (r, row) in block.doubles.enumerated() {
        for (c, actual) in row.enumerated() {
          var (exact, tolerance) = (0.0, Double(Scalar.leastNormalMagnitude))
          for term in terms where rows[r][c].isFinite {
            let x = term.exponent * Double(rows[r][c])
            let u = x - term.shift[r]
            let value = term.factor[r] * exp(u)
            exact += value
            tolerance += abs(value) * termTolerance(x, u, epsilon: Double(Scalar.ulpOfOne))
          }
          #expect(abs(actual - exact) <= tolerance, "row \(r), column \(c)")
        }
      }
    }
    for termCount in 1...2 {
      check(Float.self, termCount: termCount)
      check(Double.self, termCount: termCount)
    }
  }
}
