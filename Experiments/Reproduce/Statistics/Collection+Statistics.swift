extension Collection<Double> {
  /// The mean; NaN of nothing.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard deviation of what they are a sample of; nil of one number.
  var deviation: Double? {
    guard count > 1 else { return nil }
    let mean = mean
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(count - 1)).squareRoot()
  }

  /// The standard error of the mean: that of one number is not known, and 0 here.
  var standardError: Double { (deviation ?? 0) / Double(Swift.max(1, count)).squareRoot() }

  /// Whether each number is above the one before it.
  var isRising: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }

  /// Whether each number is below the one before it.
  var isFalling: Bool { zip(self, dropFirst()).allSatisfy { $0 > $1 } }
}
