import Contrastive
import ContrastiveEngine
import Foundation
import TestSupport
import Testing

@Suite("Statistics of positives")
struct PositiveStatisticsTests {
  /// λ and Z/n lie within the largest logit and it less the spread; each term is rounded at their size,
  /// and a sum of n terms n times more.
  @Test("of any groups of positives, merged in any order, are those of all and of plain loops")
  func merge() {
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let count = Int.random(in: 0...20, using: &generator)
      let scale = pow(10, Double.random(in: -3...3, using: &generator))
      let offset = seed % 3 == 0 ? 500.0 : 0
      let logits = (0..<count).map { _ in
        offset + scale * Double.random(in: -1...1, using: &generator)
      }
      var parts = cut(0..<count, into: Int.random(in: 1...6, using: &generator), using: &generator)
        .map { PositiveStatistics(logits[$0]) }
        .shuffled(using: &generator)
      while parts.count > 1 {
        let other = parts.remove(at: Int.random(in: 0..<parts.count, using: &generator))
        parts[Int.random(in: 0..<parts.count, using: &generator)].merge(other)
      }
      for statistics in [parts[0], PositiveStatistics(logits)] {
        check(statistics, logits, size: offset + scale, "seed \(seed)")
      }
    }
  }

  private func check(
    _ statistics: PositiveStatistics, _ logits: [Double], size: Double, _ what: String
  ) {
    #expect(statistics.count == logits.count)
    #expect(statistics.largest == logits.max() ?? -.infinity)
    guard !logits.isEmpty else {
      #expect(statistics.logSumExp == -.infinity && statistics.total == 0)
      #expect(statistics.logSumExpAboveMean == 0)
      return
    }
    let n = Double(logits.count)
    let rounding = 0x1p-52 * (4 * size + 8) * n
    let largest = logits.reduce(-.infinity) { max($0, $1) }
    let logSumExp = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
    let total = logits.reduce(0, +)
    func expect(_ actual: Double, _ expected: Double, _ tolerance: Double, _ name: String) {
      #expect(
        abs(actual - expected) <= tolerance, "\(name) of \(what): \(actual), not \(expected)")
    }
    expect(statistics.logSumExp, logSumExp, rounding, "λ")
    expect(statistics.total, total, n * rounding, "Z")
    expect(statistics.logSumExpAboveMean, logSumExp - total / n, 2 * rounding, "λ − Z/n")
    for logit in logits {
      expect(statistics.share(of: logit), exp(logit - logSumExp), rounding, "share")
    }
  }

  @Test("of one positive have λ − Z/n = 0 exactly, whatever was merged with none")
  func one() {
    for logit in [0, 1e-300, -1e3, 0.1, 123.456, -1e17] {
      var statistics = PositiveStatistics([logit])
      #expect(statistics.logSumExpAboveMean == 0 && statistics.share(of: logit) == 1)
      statistics.merge(PositiveStatistics())
      #expect(statistics == PositiveStatistics([logit]))
      var none = PositiveStatistics()
      none.merge(statistics)
      #expect(none == statistics)
      #expect(none.logSumExp == logit && none.total == logit)
    }
  }
}
