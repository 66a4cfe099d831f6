/// What was compared, and what was wrong.
struct Comparison {
  private(set) var count = 0
  private(set) var failures: [String] = []

  /// Compares arrays by their largest error, which is to be within `tolerance · size`.
  mutating func expect(
    _ actual: [Double]?, _ expected: [Double], size: Double, tolerance: Double, _ what: String
  ) {
    count += 1
    guard let actual, actual.count == expected.count else {
      failures.append("\(what): \(actual?.count ?? 0) elements, not \(expected.count)")
      return
    }
    // A NaN is within nothing.
    let isClose = zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance * size }
    guard !isClose else { return }
    let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    failures.append("\(what): error \(error / size) of its size, not \(tolerance)")
  }
}
