import Foundation

/// How means change from one setting to the next, as far as their errors tell.
struct Trend {
  private enum Step { case expected, opposite, undecided }

  private let steps: [Step]

  /// Compares means.
  ///
  /// A step is one way or the other if it is larger than errors.
  ///
  /// - Parameters:
  ///   - rising: Whether they are expected to rise.
  ///   - error: Two standard errors of the difference of two means, by their places.
  init(of means: [Double], rising: Bool, error: (Int, Int) -> Double) {
    steps = means.indices.dropLast().map { place in
      let change = (rising ? 1 : -1) * (means[place + 1] - means[place])
      let error = error(place, place + 1)
      return change > error ? .expected : change < -error ? .opposite : .undecided
    }
  }

  /// Compares means with standard errors of their own.
  init(of means: [Double], errors: [Double], rising: Bool) {
    self.init(of: means, rising: rising) { 2 * hypot(errors[$0], errors[$1]) }
  }

  /// Compares shares of the same test items.
  init(of shares: [TestShare], rising: Bool) {
    self.init(of: shares.map(\.mean), rising: rising) {
      ShareComparison(shares[$0], with: shares[$1]).margin
    }
  }

  /// Where it is as expected along the settings, and where not: parts of a verdict.
  ///
  /// A step that errors do not let one tell is neither.
  ///
  /// - Parameters:
  ///   - settings: What each mean belongs to, in words.
  ///   - expected: What is claimed of a step: `falls`.
  ///   - opposite: Its opposite.
  func parts(
    settings: [String], expected: String, opposite: String
  ) -> [Verdict.Part] {
    var parts: [Verdict.Part] = []
    var start = 0
    for (index, step) in steps.enumerated() {
      let isLast = index + 1 == steps.count
      if !isLast, steps[index + 1] == step { continue }
      let (from, to) = (settings[start], settings[index + 1])
      switch step {
      case .expected: parts.append(Verdict.Part("\(expected) from \(from) to \(to)", true))
      case .opposite: parts.append(Verdict.Part("\(opposite) from \(from) to \(to)", false))
      case .undecided: parts.append(Verdict.Part("from \(from) to \(to)", nil))
      }
      start = index + 1
    }
    return parts
  }
}
