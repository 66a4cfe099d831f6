import ContrastiveEmbeddings
import ContrastiveKernels
import Testing

@Suite("A step of Adam")
struct BlockAdamTests {
  private static let constants = AdamConstants(
    rate: 0.01, firstShare: 0.1, secondKept: 0.999, secondShare: 0.001, rootCorrection: 0.3,
    epsilon: 1e-3, decay: 0.1, shrinkage: 0.9)

  // Widths around a vector of 16, and a stride that is none of them.
  @Test("equals the plain loop on every instruction set", arguments: InstructionSet.available)
  func plain(on isa: InstructionSet) {
    for columns in [1, 7, 8, 15, 16, 17, 33] {
      check(Double.self, columns: columns, on: isa)
      check(Float.self, columns: columns, on: isa)
    }
  }

  private func check<Scalar: EmbeddingScalar>(
    _: Scalar.Type, columns: Int, on isa: InstructionSet
  ) {
    var generator = SeededGenerator(seed: UInt64(columns))
    func block(_ range: ClosedRange<Double>) -> Block<Scalar> {
      let block = Block<Scalar>(rowCount: 3, columnCount: columns + 5)
      for r in 0..<3 {
        for c in 0..<columns + 5 {
          block[r, c] = Scalar(Double.random(in: range, using: &generator))
        }
      }
      return block.columns(2..<columns + 2)
    }
    let (y, g, m, v) = (block(-1...1), block(-1...1), block(-1...1), block(0...1))
    let whole = Block<Scalar>(
      y.storage, rowCount: 3, columnCount: columns + 5, rowStride: columns + 5)
    let edges = (0..<3).flatMap { r in
      ([0, 1] + Array(columns + 2..<columns + 5)).map { whole[r, $0] }
    }
    let c = Self.constants
    var expected: [(y: Double, m: Double, v: Double)] = []
    for r in 0..<3 {
      for k in 0..<columns {
        let weight = Double(y[r, k]) * c.shrinkage
        let d = Double(g[r, k]) + c.decay * weight
        let mean = Double(m[r, k]) + c.firstShare * (d - Double(m[r, k]))
        let square = c.secondKept * Double(v[r, k]) + c.secondShare * d * d
        let root = square.squareRoot() / c.rootCorrection + c.epsilon
        expected.append((weight - c.rate * mean / root, mean, square))
      }
    }
    y.descendByAdam(
      g, first: m, second: v,
      constants: AdamConstants(
        rate: c.rate, firstShare: c.firstShare, secondKept: c.secondKept,
        secondShare: c.secondShare, rootCorrection: c.rootCorrection,
        epsilon: c.epsilon, decay: c.decay, shrinkage: c.shrinkage),
      on: isa)
    // A dozen roundings of numbers of a size up to 10, the largest step.
    let tolerance = 120 * Double(Scalar.ulpOfOne)
    for r in 0..<3 {
      for k in 0..<columns {
        let one = expected[r * columns + k]
        #expect(abs(Double(y[r, k]) - one.y) <= tolerance)
        #expect(abs(Double(m[r, k]) - one.m) <= tolerance)
        #expect(abs(Double(v[r, k]) - one.v) <= tolerance)
      }
    }
    // What lies beside the block is not touched.
    let after = (0..<3).flatMap { r in
      ([0, 1] + Array(columns + 2..<columns + 5)).map { whole[r, $0] }
    }
    #expect(after == edges)
  }
}
