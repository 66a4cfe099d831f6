import Contrastive
import ContrastiveKernels
import Foundation

/// What one's own pairs have at a temperature for batches of many sizes.
struct BatchCurve: Sendable {
  struct Point: Sendable {
    let size: Int
    let loss: Double

    /// The standard deviation of a batch's loss, had its pairs been drawn anew; nil of batches of more than half of the
    /// pairs, which have most in common.
    let deviation: Double?

    /// Whether there are fewer pairs than that: what further negatives like these would make of it.
    let isExtrapolated: Bool
  }

  private let queries: Matrix<Float>
  private let keys: Matrix<Float>
  private let temperature: Temperature
  private let seed: UInt64

  /// Of all pairs: ℓ over the negatives less z₊, from which larger batches follow.
  private let leads: [Double]

  /// - Throws: `ContrastiveError` for a row that is not finite.
  init(
    queries: Matrix<Float>, keys: Matrix<Float>, temperature: Temperature, seed: UInt64
  ) throws(ContrastiveError) {
    (self.queries, self.keys) = (queries, keys)
    (self.temperature, self.seed) = (temperature, seed)
    let point = try InfoNCE(temperature: temperature).sweep(
      queries: queries, positives: keys, temperatures: [temperature], keepingTerms: true)
    // L = softplus(x): x = log(eᴸ − 1) = L + log(1 − e⁻ᴸ), and −∞ of a loss of 0.
    leads = (point[0].terms ?? []).map {
      let loss = Double($0)
      return loss > 0 ? loss + log(-expm1(-loss)) : -.infinity
    }
  }

  var pairCount: Int { queries.rowCount }

  /// The loss of batches of a size: the mean of several that are drawn, or of all pairs with as many negatives more as
  /// are missing.
  ///
  /// Eight batches, or fewer of those so large that they take the time: two at least, which have a deviation.
  func point(size: Int) throws(ContrastiveError) -> Point {
    guard size < pairCount else {
      // Negatives like those of a query, as many times more: ℓ grows by the logarithm of that.
      let shift = log(Double(size - 1) / Double(max(1, pairCount - 1)))
      let losses = leads.map { lead in
        let x = lead + shift
        return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))
      }
      return Point(
        size: size, loss: losses.mean, deviation: nil, isExtrapolated: size > pairCount)
    }
    var generator = SeededGenerator(seed: seed &+ UInt64(size))
    var losses: [Double] = []
    for _ in 0..<max(2, min(8, 8 << 24 / (size * size))) {
      let rows = (0..<pairCount).sample(size, using: &generator)
      let step = try InfoNCE(temperature: temperature).value(
        queries: queries.rows(at: rows), positives: keys.rows(at: rows))
      losses.append(Double(step))
    }
    // Drawn without replacement from N pairs, a batch varies less by √(1 − size/N) than one of new pairs.
    let share = Double(size) / Double(pairCount)
    return Point(
      size: size, loss: losses.mean,
      deviation: share > 0.5 ? nil : losses.deviation.map { $0 / (1 - share).squareRoot() },
      isExtrapolated: false)
  }
}
