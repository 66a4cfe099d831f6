extension Collection<Double> {
  /// The mean; NaN of nothing.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard deviation of what they are a sample of, of equal numbers 0 exactly; nil of one number.
  var deviation: Double? {
    guard count > 1, let first else { return nil }
    // The mean of equal numbers may be off by a rounding.
    guard contains(where: { $0 != first }) else { return 0 }
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
