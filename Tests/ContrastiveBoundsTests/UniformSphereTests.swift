import ContrastiveBounds
import ContrastiveEmbeddings
import Testing

@Suite struct UniformSphereTests {
  // The series rounds once or twice: 1e-15. The expansion leaves out 2e-14 of at least 5, and rounds
  // a dozen terms of the result's size: 8e-15.
  @Test("loses nothing to −1/τ + log ₀F₁")
  func lossLimit() throws {
    let oracle: Oracle = try resource("oracle")
    for item in oracle.alignedLossLimit {
      let value = try UniformSphere(dimension: item.dimension)
        .alignedLossLimit(temperature: Temperature(item.temperature))
      expectClose(
        value, item.value, relative: item.temperature < 1e-3 ? 8e-15 : 1e-15, "\(item)")
    }
  }

  // The exponent's absolute error, at most 1e-15 · 1000 · 2 (d = 4096 at τ = 1e-3), is the mass's
  // relative one; elsewhere exponents are smaller.
  @Test("gives the loss at n ≫ d")
  func uniform() throws {
    let oracle: Oracle = try resource("oracle")
    for item in oracle.uniform {
      let value = try CandidateSet.free(negatives: item.negatives).value(
        of: .uniform(dimension: item.dimension), temperature: Temperature(item.temperature)
      ).value
      expectClose(value, item.value, relative: 2e-15, "\(item)")
    }
  }

  @Test(
    "gives the optima of uniformity at t = 2",
    arguments: [
      (2, -1.575027204485), (3, -2.079777060), (8, -3.082527233), (64, -3.875235590),
      (128, -3.937530010204), (512, -3.984375475),
    ])
  func optimum(dimension: Int, expected: Double) throws {
    #expect(
      abs(try UniformSphere(dimension: dimension).uniformityOptimum(t: 2) - expected) < 1e-9)
  }

  @Test("uniformity at t is the loss limit at τ = 1/(2t)")
  func identity() throws {
    let sphere = try UniformSphere(dimension: 128)
    #expect(abs(try sphere.uniformityOptimum(t: 1) + 1.984376877412) < 1e-12)
    #expect(try sphere.uniformityOptimum(t: 1) == sphere.alignedLossLimit(temperature: 0.5))
    #expect(try sphere.uniformityOptimum(t: 4) == sphere.alignedLossLimit(temperature: 0.125))
  }

  @Test("lies between −2t and 0, at every scale", arguments: [1e-300, 1e-9, 1, 1e5, 1e150, 1e307])
  func range(t: Double) throws {
    for dimension in [1, 2, 3, 100, 4097] {
      let optimum = try UniformSphere(dimension: dimension).uniformityOptimum(t: t)
      #expect(optimum < 0 && optimum >= -2 * t, "\(dimension)")
    }
  }

  @Test("is smooth where the series hands over to the expansion", arguments: [1, 2, 7, 128, 4096])
  func handover(dimension: Int) throws {
    // The change-over lies at z²/(√((b−1)² + z²) + b) = 16384. With two points on either side, a jump
    // J makes a third difference of 3J; its own size is f‴ (2hz)³ = 8(d − 1)h³, and rounding grows
    // with the terms' size, 5d.
    let sphere = try UniformSphere(dimension: dimension)
    let sum = 16384 + Double(dimension)
    let center = (16384 * (sum - Double(dimension - 1) / sum)).squareRoot()
    let values = try [-3.0, -1, 1, 3].map {
      try sphere.uniformityOptimum(t: center / 2 * (1 + 1e-5 * $0))
    }
    let difference = values[3] - 3 * values[2] + 3 * values[1] - values[0]
    #expect(abs(difference) < 2e-14 + Double(dimension) * 2e-14)
    #expect(values[0] > values[3])
  }

  @Test("refuses what is no sphere or sharpness")
  func errors() throws {
    #expect(throws: ContrastiveError.self) { try UniformSphere(dimension: 0) }
    let sphere = try UniformSphere(dimension: 2)
    for t in [0, -1, .nan, .infinity, 1e308] {
      #expect(throws: ContrastiveError.self) { try sphere.uniformityOptimum(t: t) }
    }
  }
}
