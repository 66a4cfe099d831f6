import ContrastiveBounds
import ContrastiveEmbeddings
import Foundation
import Testing

@Suite struct NegativeWeightsTests {
  // Wang & Liu's setting: negatives of a positive at 0.8.
  static let similarities = [0.9, 0.5, 0.1, -0.3, -0.7]

  @Test("gives the example's weights and entropies")
  func example() throws {
    let sharp = try NegativeWeights(similarities: Self.similarities, temperature: 0.07)
    #expect(abs(sharp.weights[0] - 0.996701494) < 5e-10)
    #expect(abs(sharp.entropy - 0.02221494) < 5e-9)
    let soft = try NegativeWeights(similarities: Self.similarities, temperature: 1)
    #expect(abs(soft.entropy - 1.464482101) < 5e-10)
    #expect(abs(soft.effectiveCount - 4.325303) < 5e-6)
  }

  @Test("equals the definition", arguments: [0.05, 0.3, 1, 20])
  func definition(temperature: Double) throws {
    var generator = SeededGenerator(seed: 3)
    let similarities = (0..<100).map { _ in Double.random(in: -1...1, using: &generator) }
    let result = try NegativeWeights(
      similarities: similarities, temperature: Temperature(temperature))
    let masses = similarities.map { exp($0 / temperature) }
    let total = masses.reduce(0, +)
    for (weight, mass) in zip(result.weights, masses) {
      // Exponents up to 20 and sums of 100 terms.
      expectClose(weight, mass / total, relative: 130 * 1.1e-16)
    }
    let entropy = -masses.reduce(0) { $0 + $1 / total * log($1 / total) }
    expectClose(result.entropy, entropy, relative: 1e-13)
  }

  // Central differences: truncation h²/6 · H‴ ≈ 1e-9 and rounding 1e-16/h, relative to slopes of order 1.
  @Test("has the slope Var(s)/τ³", arguments: [0.1, 0.5, 2])
  func slope(temperature: Double) throws {
    func entropy(_ temperature: Double) throws -> Double {
      try NegativeWeights(
        similarities: Self.similarities, temperature: Temperature(temperature)
      ).entropy
    }
    let step = temperature * 1e-5
    let difference = try (entropy(temperature + step) - entropy(temperature - step)) / (2 * step)
    let result = try NegativeWeights(
      similarities: Self.similarities, temperature: Temperature(temperature))
    expectClose(result.entropySlope, difference, relative: 1e-8)
    #expect(result.entropySlope > 0)
  }

  @Test("keeps the digits of a tiny entropy")
  func tiny() throws {
    // Two negatives 1 apart at τ = 1/64: H = e^(−64) (1 + 64) to relative e^(−64).
    let result = try NegativeWeights(similarities: [0.5, -0.5], temperature: 0.015625)
    expectClose(result.entropy, 65 * exp(-64), relative: 1e-15)
    expectClose(result.weights[1], exp(-64), relative: 1e-15)
    expectClose(result.entropySlope, 64 * 64 * 64 * exp(-64), relative: 1e-15)
  }

  @Test("has a slope where a negative is as far as numbers go", arguments: [1e154, 1.7e308])
  func far(gap: Double) throws {
    let masked = try NegativeWeights(similarities: [0.3, 0.2, -gap], temperature: 0.1)
    let without = try NegativeWeights(similarities: [0.3, 0.2], temperature: 0.1)
    #expect(masked.weights == without.weights + [0])
    #expect(masked.entropy == without.entropy && masked.entropySlope == without.entropySlope)
  }

  @Test("is uniform over equal similarities", arguments: [1e-3, 1, 1e3])
  func equal(temperature: Double) throws {
    let result = try NegativeWeights(
      similarities: [Double](repeating: 0.3, count: 8), temperature: Temperature(temperature))
    #expect(result.weights.allSatisfy { $0 == 0.125 })
    #expect(result.entropy == log(8))
    #expect(result.entropySlope == 0)
    expectClose(result.effectiveCount, 8, relative: 1e-15)
  }

  @Test("tends to its limits")
  func limits() throws {
    let tied = [0.2, 0.9, -1, 0.9]
    let zero = try NegativeWeights(similarities: tied, limit: .zero)
    #expect(zero.weights == [0, 0.5, 0, 0.5])
    #expect(zero.entropy == log(2))
    let near = try NegativeWeights(similarities: tied, temperature: 1e-300)
    #expect(near == zero)
    let infinity = try NegativeWeights(similarities: tied, limit: .infinity)
    #expect(infinity.weights == [0.25, 0.25, 0.25, 0.25])
    let far = try NegativeWeights(similarities: tied, temperature: 1e18)
    expectClose(far.entropy, infinity.entropy, relative: 1e-15)
    #expect(infinity.entropySlope == 0)
    #expect(try NegativeWeights(similarities: [0.4], temperature: 0.1).entropy == 0)
  }

  @Test("names the row that is wrong")
  func errors() {
    #expect(throws: ContrastiveError(.negatives, row: 2, .notFinite)) {
      try NegativeWeights(similarities: [0, 1, .nan], temperature: 1)
    }
    #expect(throws: ContrastiveError(.negatives, row: 0, .notFinite)) {
      try NegativeWeights(similarities: [.infinity], limit: .zero)
    }
    #expect(
      throws: ContrastiveError(
        .negatives, .count(.number, found: 0, expected: .atLeast(1)))
    ) {
      try NegativeWeights(similarities: [], temperature: 1)
    }
  }
}
