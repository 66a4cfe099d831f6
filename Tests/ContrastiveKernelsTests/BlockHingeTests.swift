import ContrastiveKernels
import Testing

@Suite("The hinge kernel")
struct BlockHingeTests {
  @Test(
    "sums what is above 0, counts it, and leaves slopes", arguments: InstructionSet.available,
    columnCounts)
  func sums(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, storing: Bool) {
      // Multiples of 1/8: u = x + bias is exact, and hits 0 often.
      let (factors, bias) = ([1, -2, 0.5, 3], [0, -1.5, 2, 0.25])
      var rows = randomRows(4, count, seed: 1, as: Scalar.self).map { row in
        row.map { ($0 * 8).rounded() / 8 }
      }
      for c in 0..<count where c % 5 == 2 { rows[1][c] = -.infinity }
      rows[3] = Array(repeating: -.infinity, count: count)
      let block = Block(fenced: rows, columnCount: count)
      var sums = PairSums(rowCount: 4)
      (sums.value[0], sums.slope[0]) = (3, 5)
      block.addHingeSums(
        to: &sums, bias: bias, storingSlopesTimes: storing ? factors : nil, on: isa)
      #expect(block.isFenceIntact)
      for (r, row) in rows.enumerated() {
        let active = row.map { Double($0) + bias[r] }.filter { $0 > 0 }
        // Sums of multiples of 1/8 below 2000 are exact in both precisions.
        #expect(
          sums.value[r] == active.reduce(r == 0 ? 3 : 0) { $0 + $1 })
        #expect(sums.slope[r] == Double(active.count) + (r == 0 ? 5 : 0))
        for (c, x) in row.enumerated() {
          let slope = Double(x) + bias[r] > 0 ? Scalar(factors[r]) : 0
          #expect(block[r, c] == (storing ? slope : x))
        }
      }
      #expect(sums.weighted == [0, 0, 0, 0])
    }
    check(Float.self, storing: true)
    check(Float.self, storing: false)
    check(Double.self, storing: true)
  }

  @Test("agrees with sums in Double", arguments: InstructionSet.available, columnCounts)
  func rounding(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let rows = randomRows(3, count, seed: 2, as: Scalar.self)
      let bias = [0.3, -0.7, 1.9]
      let block = Block(fenced: rows, columnCount: count)
      var sums = PairSums(rowCount: 3)
      block.addHingeSums(to: &sums, bias: bias, storingSlopesTimes: nil, on: isa)
      for (r, row) in rows.enumerated() {
        let terms = row.map { max(0, Double($0) + Double(Scalar(bias[r]))) }
        // A term rounds by ½ε of 4 at the most; a lane adds up to 32, and 4 pairs of lanes, ½ε each.
        let error = (2 * Double(count) + 18 * compensatedSum(terms)) * Double(Scalar.ulpOfOne)
        #expect(abs(sums.value[r] - compensatedSum(terms)) <= error)
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
