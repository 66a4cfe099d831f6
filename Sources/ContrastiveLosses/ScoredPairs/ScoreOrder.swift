import ContrastiveEngine
import RealModule

/// Pairs in the order of their scores, and log-sum-exps over all of different scores in one sweep each way.
struct ScoreOrder {
  /// The pairs' indices, by rising score.
  private let order: [Int]

  /// Which of these have one score, in order.
  private let groups: [Range<Int>]

  /// Whether two scores differ, without which there is nothing to order.
  var isEmpty: Bool { groups.count < 2 }

  init(_ scores: [Double]) {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    var groups: [Range<Int>] = []
    for place in order.indices {
      if let last = groups.last, scores[order[last.lowerBound]] == scores[order[place]] {
        groups[groups.count - 1] = last.lowerBound..<place + 1
      } else {
        groups.append(place..<place + 1)
      }
    }
    self.order = order
    self.groups = groups
  }

  /// log Σ exp(zᵢ − zⱼ) over all i, j of scoreᵢ < scoreⱼ, and its derivatives by z; −∞ where there are none.
  ///
  /// Pair j's part is exp(Pⱼ − zⱼ), with P the log-sum-exp of z of all lower scores; pair i's derivative is its share
  /// exp(zᵢ + Qᵢ − T) as a lower one, with Q the log-sum-exp of −z of all higher scores, less exp(Pᵢ − zᵢ − T) as a
  /// higher one.
  ///
  /// - Complexity: O(N): the scores were sorted once.
  func logSumExp(ofDifferences z: [Double]) -> (value: Double, slopes: [Double]) {
    let lower = outerLogSumExps(z, groups: groups)
    let higher = outerLogSumExps(z.map { -$0 }, groups: groups.reversed())
    let total = logSumExp(z.indices.lazy.map { lower[$0] - z[$0] })
    guard total > -.infinity else { return (total, z.map { _ in 0 }) }
    return (
      total,
      z.indices.map { .exp(z[$0] + higher[$0] - total) - .exp(lower[$0] - z[$0] - total) }
    )
  }

  /// Of every pair the log-sum-exp of the groups before its own.
  private func outerLogSumExps(
    _ numbers: [Double], groups: some Sequence<Range<Int>>
  ) -> [Double] {
    var result = numbers
    var before = RunningLogSumExp()
    for group in groups {
      let outer = before.value
      for place in group {
        before.add(numbers[order[place]])
        result[order[place]] = outer
      }
    }
    return result
  }

  private func logSumExp(_ numbers: some Sequence<Double>) -> Double {
    var sum = RunningLogSumExp()
    for number in numbers { sum.add(number) }
    return sum.value
  }
}

/// log Σ exp(x) of numbers that come one after another: relative to the largest, whose rounding would otherwise be
/// taken with every number.
private struct RunningLogSumExp {
  private var largest = -Double.infinity
  private var sum = 0.0

  var value: Double { sum > 0 ? largest + .log(sum) : largest }

  mutating func add(_ number: Double) {
    if number <= largest {
      // Nothing where both are −∞.
      if largest > -.infinity { sum += .exp(number - largest) }
    } else {
      sum = sum * .exp(largest - number) + 1
      largest = number
    }
  }
}
