/// The probability that never falls with the score and fits best: a step function.
///
/// Neighbours that are out of order share their mean, until none are (pool adjacent violators; Ayer et al. 1955; for
/// probabilities Zadrozny & Elkan 2002).
struct IsotonicFit: Hashable, Sendable {
  /// Where a step begins, and how high it is.
  let starts: [Double]
  let heights: [Double]

  /// The height of the last step that begins at a score or below it; of the first for those below all.
  func callAsFunction(_ score: Double) -> Double {
    guard !starts.isEmpty else { return 0.5 }
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= score { low = middle + 1 } else { high = middle }
    }
    return heights[max(0, low - 1)]
  }

  init(scores: [Double], matches: [Bool]) {
    var steps: [(start: Double, sum: Double, count: Double)] = []
    for (score, isMatch) in zip(scores, matches).sorted(by: { $0.0 < $1.0 }) {
      let value = isMatch ? 1.0 : 0
      if let last = steps.last, last.start == score {
        steps[steps.count - 1].sum += value
        steps[steps.count - 1].count += 1
      } else {
        steps.append((score, value, 1))
      }
    }
    var pooled: [(start: Double, sum: Double, count: Double)] = []
    for step in steps {
      pooled.append(step)
      while pooled.count > 1,
        case let (a, b) = (pooled[pooled.count - 2], pooled[pooled.count - 1]),
        a.sum / a.count >= b.sum / b.count
      {
        pooled.removeLast()
        pooled[pooled.count - 1] = (a.start, a.sum + b.sum, a.count + b.count)
      }
    }
    starts = pooled.map(\.start)
    heights = pooled.map { $0.sum / $0.count }
  }
}
