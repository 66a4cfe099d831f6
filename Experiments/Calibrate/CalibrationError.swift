import Contrastive
import Foundation

/// By how much probabilities and shares of matches differ, in bins of equally many.
///
/// ```
/// ECE = Σ_b n_b/n·|mean p − share of matches|
/// ```
/// It is above 0 for perfect probabilities too, since shares of few scatter: how far is simulated, and taken off.
struct CalibrationError: Sendable {
  struct Bin: Sendable {
    let probability: Double
    let share: Double
    let count: Int

    /// Where the share of perfect probabilities would be, with 95 %.
    let range: ClosedRange<Double>
  }

  let bins: [Bin]

  /// As the formula has it: what is judged.
  let plain: Double

  /// The same less its mean under perfect calibration, at least 0.
  let debiased: Double

  /// What 95 % of perfectly calibrated data would have at the most.
  let perfectLimit: Double

  /// Whether probabilities as good as perfect do not have as much.
  var isToldFromPerfect: Bool { plain > perfectLimit }

  /// The verdict in a table.
  var verdict: String { isToldFromPerfect ? "off" : "not told from perfect" }

  /// The verdict with the numbers that decide, to as many digits as show it.
  var words: String {
    let digits = Double.digits(tellingApart: [(plain, perfectLimit)], from: 2)
    let (own, limit) = (plain.text(digits: digits), perfectLimit.text(digits: digits))
    return isToldFromPerfect
      ? "off by \(own), where 95 % of perfect ones have \(limit) at the most"
      : "not told from perfect, by an error of \(own) where 95 % of perfect ones have up to \(limit)"
  }

  private static let simulationCount = 1000

  static let binCount = 15

  init(probabilities: [Double], matches: [Bool], seed: UInt64) {
    let groups = Self.groups(probabilities)
    let hits = groups.map { Double($0.count { matches[$0] }) }
    plain = Self.error(hits, of: groups, probabilities)
    var generator = SeededGenerator(seed: seed)
    var errors: [Double] = []
    var shares: [[Double]] = groups.map { _ in [] }
    for _ in 0..<Self.simulationCount {
      let drawn = groups.map { group in
        Self.successes(group, probabilities, using: &generator)
      }
      errors.append(Self.error(drawn, of: groups, probabilities))
      for (index, hits) in drawn.enumerated() {
        shares[index].append(hits / Double(groups[index].count))
      }
    }
    errors.sort()
    debiased = max(0, plain - errors.mean)
    perfectLimit = errors[Int(0.95 * Double(Self.simulationCount))]
    bins = groups.indices.map { index in
      let sorted = shares[index].sorted()
      let size = Double(groups[index].count)
      return Bin(
        probability: groups[index].reduce(0) { $0 + probabilities[$1] } / size,
        share: hits[index] / size, count: groups[index].count,
        range: sorted[Int(0.025 * Double(sorted.count))]...sorted[Int(0.975 * Double(sorted.count))]
      )
    }
  }

  /// The formula, without what is simulated.
  static func plain(probabilities: [Double], matches: [Bool]) -> Double {
    let groups = groups(probabilities)
    return error(
      groups.map { Double($0.count { matches[$0] }) }, of: groups, probabilities)
  }

  /// Bins of equally many, in order of their probabilities.
  private static func groups(_ probabilities: [Double]) -> [ArraySlice<Int>] {
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let count = max(1, min(binCount, order.count))
    return (0..<count).map { order[$0 * order.count / count..<($0 + 1) * order.count / count] }
      .filter { !$0.isEmpty }
  }

  private static func error(
    _ hits: [Double], of groups: [ArraySlice<Int>], _ probabilities: [Double]
  ) -> Double {
    zip(groups, hits).reduce(0) { sum, pair in
      sum + abs(pair.0.reduce(0) { $0 + probabilities[$1] } - pair.1)
    } / Double(max(1, probabilities.count))
  }

  private static func successes(
    _ group: ArraySlice<Int>, _ probabilities: [Double], using generator: inout SeededGenerator
  ) -> Double {
    var sum = 0.0
    for index in group {
      // 53 random bits.
      let draw = Double(generator.next() >> 11) * 0x1p-53
      if draw < probabilities[index] { sum += 1 }
    }
    return sum
  }
}
