import ContrastiveEmbeddings
import ContrastiveKernels
import Foundation
import Testing

@Suite("The exponential")
struct ExponentialTests {
  /// As a weight 1 · exp(1 · x − 0), whose other operations are exact.
  private func exponential<Scalar: EmbeddingScalar>(
    _ x: [Scalar], on isa: InstructionSet
  ) -> [Scalar] {
    let block = Block(fenced: [x], columnCount: x.count)
    block.setWeights([ExponentialTerm(exponent: 1, shift: [0], factor: [1])], on: isa)
    #expect(block.isFenceIntact)
    return (0..<x.count).map { block[0, $0] }
  }

  /// Points over a range, the neighbours of its ends, and small numbers of either sign.
  private func points<Scalar: EmbeddingScalar>(
    from low: Scalar, to high: Scalar, threshold: Scalar
  ) -> [Scalar] {
    var generator = SeededGenerator(seed: 1)
    var result = (0..<20_000).map { _ in
      Scalar(Double.random(in: Double(low)...Double(high), using: &generator))
    }
    var (above, below) = (threshold, threshold)
    for _ in 0..<64 {
      result += [above, below]
      (above, below) = (above.nextUp, below.nextDown)
    }
    for exponent in 1..<30 {
      let small = Scalar(sign: .plus, exponent: Scalar.Exponent(-exponent), significand: 1.25)
      result += [small, -small]
    }
    return result
  }

  @Test(
    "in Float is within 2 ulp, and 0 below the least normal number",
    arguments: InstructionSet.available)
  func float(on isa: InstructionSet) {
    let x = points(from: -104, to: 88, threshold: Float(-126 * log(2.0)))
    let worst = zip(x, exponential(x, on: isa)).map { x, y -> Double in
      let exact = exp(Double(x))
      guard exact >= Double(Float.leastNormalMagnitude) else { return y == 0 ? 0 : .infinity }
      return abs(Double(y) - exact) / Double(Float(exact).ulp)
    }.max()
    #expect(worst ?? .nan < 2)
  }

  // The C library's exp is within 0.52 ulp, so that a kernel within 2 differs from it by less than
  // 2.52 units of the last place: by 2 at most.
  @Test(
    "in Double is within 2 ulp, and 0 below the least normal number",
    arguments: InstructionSet.available)
  func double(on isa: InstructionSet) {
    let x = points(from: -746, to: 709, threshold: -1022 * log(2.0))
    let worst = zip(x, exponential(x, on: isa)).map { x, y -> Double in
      let exact = exp(x)
      guard exact >= .leastNormalMagnitude else { return y == 0 ? 0 : .infinity }
      return abs(y - exact) / exact.ulp
    }.max()
    #expect(worst ?? .nan <= 2)
  }

  @Test("is exact at 0 and −∞, for any count", arguments: InstructionSet.available, columnCounts)
  func exact(on isa: InstructionSet, count: Int) {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) {
      let x = (0..<count).map { [0, -.infinity, -0.0][$0 % 3] as Scalar }
      #expect(exponential(x, on: isa) == (0..<count).map { [1, 0, 1][$0 % 3] })
    }
    check(Float.self)
    check(Double.self)
  }
}
