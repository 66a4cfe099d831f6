import ContrastiveKernels
import Foundation
import Testing

@Suite("The softplus kernel")
struct BlockSoftplusTests {
  private func softplus(_ u: Double) -> Double { max(u, 0) + log1p(exp(-abs(u))) }
  private func logistic(_ u: Double) -> Double {
    (u > 0 ? 1 : exp(u)) / (1 + exp(-abs(u)))
  }

  // u = x + bias rounds by ½ε|u|, which is a relative error of exp(−|u|) and less of the rest; exp has
  // 2ε; t and p in t·p have at most 2½ε and 1ε, the slope's quotient no more; a lane adds up to 32 terms and
  // 4 pairs of lanes, ½ε each. Double's reference, C's exp and log1p, has the last place's error too.
  private func tolerance<Scalar: EmbeddingScalar>(_ u: Double, _: Scalar.Type) -> Double {
    (abs(u) / 2 + 6 + 18 + 2) * Double(Scalar.ulpOfOne)
  }

  @Test(
    "sums values and slopes, and leaves slopes", arguments: InstructionSet.available, columnCounts)
  func sums(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, bias: Double, storing: Bool) {
      let biases = [bias, bias + 1, bias, -bias]
      var rows = randomRows(4, count, in: -30...30, seed: 1, as: Scalar.self)
      // Masked entries are nothing; the last row has no others.
      for c in 0..<count where c % 5 == 2 { rows[1][c] = -.infinity }
      rows[3] = Array(repeating: -.infinity, count: count)
      let factors = [1, -2, 0.5, 3]
      let block = Block(fenced: rows, columnCount: count)
      var sums = PairSums(rowCount: 4)
      sums.value[0] = 3
      block.addSoftplusSums(
        to: &sums, bias: biases, storingSlopesTimes: storing ? factors : nil, on: isa)
      #expect(block.isFenceIntact)
      for (r, row) in rows.enumerated() {
        let x = row.filter(\.isFinite).map { Double($0) }
        let u = x.map { $0 + biases[r] }
        func expectClose(
          _ actual: Double, _ exact: [Double], added: Double = 0,
          sourceLocation: SourceLocation = #_sourceLocation
        ) {
          let error = zip(exact, u).reduce(added * .ulpOfOne) {
            $0 + abs($1.0) * tolerance($1.1, Scalar.self)
          }
          #expect(
            abs(actual - added - compensatedSum(exact)) <= error, sourceLocation: sourceLocation)
        }
        expectClose(sums.value[r], u.map { softplus($0) }, added: r == 0 ? 3 : 0)
        expectClose(sums.slope[r], u.map { logistic($0) })
        expectClose(sums.weighted[r], zip(u, x).map { logistic($0) * $1 })
        for (c, stored) in block.doubles[r].enumerated() {
          guard storing else {
            #expect(stored == Double(row[c]))
            continue
          }
          let u = Double(row[c]) + biases[r]
          let exact = row[c].isFinite ? factors[r] * logistic(u) : 0
          #expect(
            abs(stored - exact) <= abs(exact) * tolerance(row[c].isFinite ? u : 0, Scalar.self))
        }
      }
      #expect(sums.value[3] == 0 && sums.slope[3] == 0 && sums.weighted[3] == 0)
    }
    check(Float.self, bias: -10, storing: true)
    check(Float.self, bias: 0, storing: false)
    check(Double.self, bias: 2.5, storing: false)
    check(Double.self, bias: -10, storing: true)
  }

  @Test("keeps small terms' digits, and large ones finite", arguments: InstructionSet.available)
  func extremes(on isa: InstructionSet) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type, _ points: [Scalar]) {
      for x in points {
        let block = Block<Scalar>(rowCount: 1, columnCount: 1)
        block[0, 0] = x
        var sums = PairSums(rowCount: 1)
        block.addSoftplusSums(to: &sums, bias: [0], storingSlopesTimes: [1], on: isa)
        for (actual, exact) in [
          (sums.value[0], softplus(Double(x))), (Double(block[0, 0]), logistic(Double(x))),
        ] {
          #expect(abs(actual - exact) <= exact * tolerance(0, Scalar.self), "\(x)")
        }
      }
    }
    check(Float.self, [-87, -50, -17, -1e-3, 0, 1e-3, 17, 88, 1e19])
    check(Double.self, [-708, -50, -37, -1e-9, 0, 1e-9, 37, 709, 1e150])
    // Where the exponential is no normal number, the term is 0.
    let low = Block<Float>(rowCount: 1, columnCount: 1)
    low[0, 0] = -88
    var sums = PairSums(rowCount: 1)
    low.addSoftplusSums(to: &sums, bias: [0], storingSlopesTimes: [1], on: isa)
    #expect(sums.value == [0] && sums.slope == [0] && sums.weighted == [0] && low[0, 0] == 0)
  }
}
