import Foundation

extension Collection<Double> {
  /// The mean; NaN of nothing.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard error of the mean: that of one number is not known, and 0 here.
  var standardError: Double {
    guard count > 1 else { return 0 }
    let mean = mean
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(count - 1) / Double(count)).squareRoot()
  }

  /// Whether each number is above the one before it.
  var isRising: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }

  /// Whether each number is below the one before it.
  var isFalling: Bool { zip(self, dropFirst()).allSatisfy { $0 > $1 } }
}

extension [Double] {
  /// Whether means fall, as far as can be told: none is above the one before it by two standard errors
  /// of their difference, and the last is that much below the first.
  func isFalling(errors: [Double]) -> Bool {
    guard count > 1, errors.count == count else { return false }
    let steps = zip(zip(self, dropFirst()), zip(errors, errors.dropFirst()))
    let (fall, error) = (self[0] - self[count - 1], hypot(errors[0], errors[count - 1]))
    return steps.allSatisfy { $0.1 - $0.0 <= 2 * hypot($1.0, $1.1) } && fall > 2 * error
  }
}

/// Where the largest of some means stands, and whether that is more than chance: an inverted U.
struct Peak {
  /// Its place among the means.
  let index: Int

  /// Whether it is at neither end, and above both ends by two standard errors of the difference, and
  /// by the margin that is asked for.
  let isInside: Bool

  init(of means: [Double], errors: [Double], margin: Double = 0) {
    index = means.indices.max { means[$0] < means[$1] } ?? 0
    let peak = index
    isInside =
      means.count > 2 && peak > 0 && peak < means.count - 1
      && [0, means.count - 1].allSatisfy { end in
        means[peak] - means[end] > max(margin, 2 * hypot(errors[peak], errors[end]))
      }
  }
}
