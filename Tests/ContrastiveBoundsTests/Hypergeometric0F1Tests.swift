import ContrastiveBounds
import ContrastiveEmbeddings
import Testing

@Suite struct Hypergeometric0F1Tests {
  // The double-double parts are exact to 1e-30; what is rounded is the last logarithm, once.
  @Test("equals 80-digit arithmetic, tiny and large x")
  func grid() throws {
    let oracle: Oracle = try resource("oracle")
    for item in oracle.log0F1 {
      let value = try Hypergeometric0F1.logarithm(b: item.b, x: item.x)
      expectClose(value, item.value, relative: 4e-16, "\(item)")
    }
  }

  @Test("is 0 at x = 0, and x/b where squares underflow")
  func small() throws {
    #expect(try Hypergeometric0F1.logarithm(b: 1.5, x: 0) == 0)
    #expect(try Hypergeometric0F1.logarithm(b: 4, x: 1e-200) == 1e-200 / 4)
  }

  // ₀F₁(;1/2;z²/4) = cosh z: the series and, from z = 16384, the expansion.
  @Test("is log cosh at b = 1/2", arguments: [16_000.0, 16_383, 16_385, 1e5, 1e8, 1e100])
  func hyperbolicCosine(z: Double) throws {
    let value = try Hypergeometric0F1.logarithm(b: 0.5, x: z / 2 * (z / 2))
    expectClose(value, z - 0.6931471805599453, relative: 4e-16)
  }

  @Test("refuses what has no logarithm")
  func errors() {
    for (b, x) in [
      (0, 1), (1e-300, 1), (-1, 1), (.nan, 1), (1e300, 1e307), (1, -1), (1, .nan), (1, .infinity),
    ] {
      #expect(throws: ContrastiveError.self) { try Hypergeometric0F1.logarithm(b: b, x: x) }
    }
  }
}
