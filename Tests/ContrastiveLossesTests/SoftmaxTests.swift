import Contrastive
import Foundation
import TestSupport
import Testing

@Suite("Softmax")
struct SoftmaxTests {
  static let cases = Reference.named("softmax-temperature").cases
  static let temperatures = [1e-3, 0.07, 1, 10, 1e3]

  // The differences of the reference's logits are exact, so that a = (x − max x)/τ has two
  // roundings, that of τ and that of the division. They change exp(a) by |a|ε; exp, n additions
  // and a division add at most n + 3 roundings.
  @Test("equals every reference case", arguments: cases)
  func reference(_ item: Reference.Case) throws {
    let softmax = try Self.softmax(item)
    let logits = try #require(item.inputs["logits"]).elements
    let exponents = Self.exponents(logits, of: item)
    let count = Double(logits.count)
    let probabilities = softmax.probabilities(of: logits)
    let texts = try #require(item.expected.probabilitiesText)
    for (index, (probability, text)) in zip(probabilities, texts).enumerated() {
      let expected = try #require(Double(text))
      let tolerance = (exponents[index] + count + 4) * .ulpOfOne
      #expect(abs(probability - expected) <= tolerance * expected, "\(item.name): \(index)")
    }
    // The largest exponent that still counts: a probability of e⁻⁵⁰ is no part of a sum.
    let relative = ((exponents.filter { $0 < 50 }.max() ?? 0) + count + 4) * .ulpOfOne
    if let expected = item.expected.logProbabilities {
      let logSum = -(expected.max() ?? 0)
      for (index, (value, expected)) in zip(
        softmax.logProbabilities(of: logits), expected
      ).enumerated() {
        let tolerance = exponents[index] * .ulpOfOne + logSum * relative
        #expect(abs(value - expected) <= tolerance, "\(item.name): \(index)")
      }
    }
    // Every term −p log p is positive, and its two factors are as above.
    let entropy = try #require(item.expected.entropy)
    #expect(abs(softmax.entropy(of: logits) - entropy) <= 2 * relative * entropy)
  }

  @Test("of Float is that of Double, rounded", arguments: cases)
  func float(_ item: Reference.Case) throws {
    let softmax = try Self.softmax(item)
    let logits = try #require(item.inputs["logits"]).elements
    let floats = logits.map { Float($0) }
    #expect(
      softmax.probabilities(of: floats) == softmax.probabilities(of: logits).map { Float($0) })
    #expect(
      softmax.logProbabilities(of: floats) == softmax.logProbabilities(of: logits).map { Float($0) }
    )
    #expect(softmax.entropy(of: floats) == Float(softmax.entropy(of: logits)))
    #expect(softmax.logSumExp(of: floats) == Float(softmax.logSumExp(of: logits)))
    #expect(
      softmax.probabilitiesPullback(at: floats, floats)
        == softmax.probabilitiesPullback(at: logits, logits).map { Float($0) })
    #expect(
      softmax.logProbabilitiesPullback(at: floats, floats)
        == softmax.logProbabilitiesPullback(at: logits, logits).map { Float($0) })
    #expect(
      softmax.entropyGradient(at: floats) == softmax.entropyGradient(at: logits).map { Float($0) })
  }

  @Test("of a matrix is that of its rows")
  func rows() {
    let rows: Matrix<Double> = [[1, 2, 3], [3, 1, 3]]
    let softmax = Softmax(temperature: 0.5)
    let probabilities = softmax.probabilities(of: rows)
    let logProbabilities = softmax.logProbabilities(of: rows)
    for row in 0..<2 {
      let x = rows.rows(row..<row + 1).elements
      #expect(probabilities.rows(row..<row + 1).elements == softmax.probabilities(of: x))
      #expect(logProbabilities.rows(row..<row + 1).elements == softmax.logProbabilities(of: x))
    }
  }

  // In units of τ the functions have derivatives of order 1. A central difference of step 6e-6
  // is off by its square, and by ε/6e-6: each about 4e-11, times small constants.
  @Test("has the gradients that finite differences see", arguments: temperatures)
  func gradients(_ temperature: Double) throws {
    var generator = SeededGenerator(seed: 7)
    let softmax = Softmax(temperature: try Temperature(temperature))
    let x = (0..<5).map { _ in temperature * Double.random(in: -2...2, using: &generator) }
    let cotangent = (0..<5).map { _ in Double.random(in: -1...1, using: &generator) }

    func check(
      _ gradient: [Double], _ what: String, _ value: ([Double]) -> Double
    ) {
      for index in x.indices {
        let step = 6e-6 * temperature
        var (above, below) = (x, x)
        above[index] += step
        below[index] -= step
        let slope = (value(above) - value(below)) / (above[index] - below[index])
        #expect(
          abs(gradient[index] - slope) <= 2e-9 / temperature, "\(what), element \(index)")
      }
    }
    func dot(_ values: [Double]) -> Double { zip(values, cotangent).reduce(0) { $0 + $1.0 * $1.1 } }

    check(softmax.probabilitiesPullback(at: x, cotangent), "probabilities") {
      dot(softmax.probabilities(of: $0))
    }
    check(softmax.logProbabilitiesPullback(at: x, cotangent), "log-probabilities") {
      dot(softmax.logProbabilities(of: $0))
    }
    check(softmax.entropyGradient(at: x), "entropy") { softmax.entropy(of: $0) }
    check(softmax.probabilities(of: x).map { $0 / temperature }, "log-sum-exp") {
      softmax.logSumExp(of: $0)
    }
  }

  @Test("shares the limit τ → 0 among the largest, and the limit τ → ∞ among all")
  func limits() {
    let x: [Double] = [3, 1, 3]
    let zero = Softmax(limit: .zero)
    #expect(zero.probabilities(of: x) == [0.5, 0, 0.5])
    let half = -log(2.0)
    let third = 1 / 3.0
    #expect(zero.logProbabilities(of: x) == [half, -.infinity, half])
    #expect(zero.entropy(of: x) == -half)
    let infinity = Softmax(limit: .infinity)
    #expect(infinity.probabilities(of: x) == [third, third, third])
    #expect(abs(infinity.entropy(of: x) - log(3.0)) <= 2 * Double.ulpOfOne)
    for softmax in [zero, infinity] {
      #expect(softmax.probabilitiesPullback(at: x, [1, 2, 3]) == [0, 0, 0])
      #expect(softmax.logProbabilitiesPullback(at: x, [1, 2, 3]) == [0, 0, 0])
      #expect(softmax.entropyGradient(at: x) == [0, 0, 0])
    }
  }

  @Test("shares equally among ties at every temperature", arguments: temperatures)
  func ties(_ temperature: Double) throws {
    let softmax = Softmax(temperature: try Temperature(temperature))
    #expect(softmax.probabilities(of: [5.0, 5, 5, 5]) == [0.25, 0.25, 0.25, 0.25])
    #expect(softmax.entropyGradient(at: [5.0, 5, 5, 5]).allSatisfy { abs($0) < 1e-12 })
  }

  @Test("stays finite for huge logits", arguments: temperatures)
  func huge(_ temperature: Double) throws {
    try checkHuge(temperature, as: Double.self)
    try checkHuge(temperature, as: Float.self)
  }

  private func checkHuge<Scalar: EmbeddingScalar>(
    _ temperature: Double, as scalar: Scalar.Type
  ) throws {
    let softmax = Softmax(temperature: try Temperature(temperature))
    let x: [Scalar] = [0, 1e30, -1e30]
    #expect(softmax.probabilities(of: x) == [0, 1, 0])
    let logProbabilities = softmax.logProbabilities(of: x)
    let low = Scalar(-1e30 / temperature)
    #expect(logProbabilities == [low, 0, 2 * low])
    #expect(softmax.entropy(of: x) == 0)
    #expect(softmax.entropyGradient(at: x) == [0, 0, 0])
    #expect(softmax.probabilitiesPullback(at: x, [1, 2, 3]) == [0, 0, 0])
    let pulled = softmax.logProbabilitiesPullback(at: x, [1, 2, 3])
    #expect(pulled.allSatisfy(\.isFinite) && pulled[1] < 0)
  }

  @Test("of nothing is empty")
  func empty() {
    let softmax = Softmax(temperature: 0.07)
    let x: [Double] = []
    #expect(softmax.probabilities(of: x).isEmpty && softmax.logProbabilities(of: x).isEmpty)
    #expect(softmax.entropy(of: x) == 0)
    #expect(softmax.logSumExp(of: x) == -.infinity)
    #expect(softmax.entropyGradient(at: x).isEmpty)
    #expect(softmax.probabilitiesPullback(at: x, []).isEmpty)
  }

  @Test("keeps the digits of the log-probability of a near-certain winner")
  func nearCertainty() {
    let tiny = exp(-30.0)
    let softmax = Softmax(temperature: 1)
    #expect(softmax.logProbabilities(of: [0, -30.0])[0] == -log1p(tiny))
    #expect(softmax.logSumExp(of: [-30.0, 0]) == log1p(tiny))
  }

  private static func softmax(_ item: Reference.Case) throws -> Softmax {
    switch item.parameters["limit"] {
    case .text("zero"): return Softmax(limit: .zero)
    case .text: return Softmax(limit: .infinity)
    default: return Softmax(temperature: try Temperature(item.number("temperature")))
    }
  }

  /// |x − max x|/τ; 0 at the limits, where nothing is divided.
  private static func exponents(_ logits: [Double], of item: Reference.Case) -> [Double] {
    let scale = (try? item.number("temperature")).map { 1 / $0 } ?? 0
    return logits.map { ((logits.max() ?? 0) - $0) * scale }
  }
}
