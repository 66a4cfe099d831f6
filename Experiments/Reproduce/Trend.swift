import Foundation

/// How means change from one setting to the next, as far as their errors tell.
struct Trend {
  private enum Step { case expected, opposite, undecided }

  private let steps: [Step]

  /// Compares means.
  ///
  /// A step is one way or the other if it is larger than two standard errors of the difference.
  init(of means: [Double], errors: [Double], rising: Bool) {
    steps = zip(zip(means, means.dropFirst()), zip(errors, errors.dropFirst())).map {
      pair, errors in
      let change = (rising ? 1 : -1) * (pair.1 - pair.0)
      let error = 2 * hypot(errors.0, errors.1)
      return change > error ? .expected : change < -error ? .opposite : .undecided
    }
  }

  /// Where it is as expected along the settings, and where not: parts of a verdict.
  ///
  /// A step that errors do not let one tell is none that agrees.
  ///
  /// - Parameters:
  ///   - settings: What each mean belongs to, in words.
  ///   - expected: What is claimed of a step: `falls`.
  ///   - opposite: Its opposite.
  func parts(
    settings: [String], expected: String, opposite: String
  ) -> [(phrase: String, holds: Bool)] {
    var parts: [(phrase: String, holds: Bool)] = []
    var start = 0
    for (index, step) in steps.enumerated() {
      let isLast = index + 1 == steps.count
      if !isLast, steps[index + 1] == step { continue }
      let (from, to) = (settings[start], settings[index + 1])
      switch step {
      case .expected: parts.append(("\(expected) from \(from) to \(to)", true))
      case .opposite: parts.append(("\(opposite) from \(from) to \(to)", false))
      case .undecided: parts.append(("too close to tell from \(from) to \(to)", false))
      }
      start = index + 1
    }
    return parts
  }
}
