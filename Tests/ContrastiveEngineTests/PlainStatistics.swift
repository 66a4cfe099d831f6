import Contrastive
import ContrastiveEngine
import Foundation
import TestSupport
import Testing

/// A row's statistics as their definitions have them: loops in Double over the candidates, which are
/// the elements that are not −∞.
struct PlainStatistics {
  var count = 0
  var total = 0.0
  var logSumExp = -Double.infinity
  var mean = 0.0
  var biasMean = 0.0
  var entropy = 0.0

  /// The largest |a·z| + |b|: what a difference of exponents is rounded at.
  private var size = 0.0
  private var biasSize = 0.0

  init(_ logits: [Double], bias: [Double]? = nil, exponent: Double = 1) {
    let candidates = logits.indices.filter { logits[$0] > -.infinity }
    count = candidates.count
    guard count > 0 else { return }
    let biases = candidates.map { bias?[$0] ?? 0 }
    let exponents = zip(candidates, biases).map { exponent * logits[$0] + $1 }
    total = candidates.reduce(0) { $0 + logits[$1] }
    let largest = exponents.max() ?? 0
    let sum = exponents.reduce(0) { $0 + exp($1 - largest) }
    logSumExp = largest + log(sum)
    // Relative to the largest: weights that add up to 1 but for a rounding would be multiplied by it.
    mean = largest
    for (e, b) in zip(exponents, biases) {
      let p = exp(e - largest) / sum
      mean += p * (e - largest)
      biasMean += p * b
    }
    entropy = log(sum) + (largest - mean)
    for (j, b) in zip(candidates, biases) {
      size = max(size, abs(exponent * logits[j]) + abs(b))
      biasSize = max(biasSize, abs(b))
    }
  }

  /// Expects the statistics of a row to be these, to rounding in a scalar of this epsilon.
  ///
  /// An exponent a·z + b − m has three roundings of numbers no larger than S, its size, and m's; with a
  /// itself rounded to the scalar a term is off by δ = ε·(4·(S + |m|) + 64), the 64 for `exp` and for sums
  /// in lanes of at most 32 vectors. ℓ inherits δ. The mean does twice: by its own terms u, and by weights that
  /// are off by δ times the mean of |u|, which is at most log n relative to a maximum, and S + |m|
  /// relative to any other shift. The merge's roundings are Double's, which the same bound covers.
  func expectClose(
    to statistics: RowStatistics, row: Int, exponent t: Int, epsilon: Double, shift: Double?,
    _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let reach = size + abs(shift ?? size)
    let rounding = epsilon * (4 * reach + 64)
    let spread = shift == nil ? log(Double(max(1, count))) : reach
    func check(_ actual: Double, _ expected: Double, _ tolerance: Double, _ name: String) {
      let isClose = actual == expected || abs(actual - expected) <= tolerance
      #expect(
        isClose,
        "\(name) of \(what()), row \(row): \(actual), not \(expected), tolerance \(tolerance)",
        sourceLocation: sourceLocation)
    }
    let meanRounding = rounding * (1 + 2 * spread)
    check(statistics.logSumExp(exponent: t)[row], logSumExp, rounding, "ℓ")
    check(statistics.means(exponent: t)[row], mean, meanRounding, "mean")
    check(statistics.biasMeans(exponent: t)[row], biasMean, 2 * rounding * biasSize, "bias mean")
    check(
      statistics.entropies(exponent: t)[row], entropy, rounding + meanRounding, "entropy")
  }
}
