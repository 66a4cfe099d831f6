/// How means change from one setting to the next, as far as their errors tell.
struct Trend {
  private enum Direction { case expected, opposite, undecided }

  private let steps: [(direction: Direction, change: Estimate)]

  /// Compares settings.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - rising: Whether means are expected to rise.
  ///   - change: What the mean at the second place is above that at the first.
  init(of count: Int, rising: Bool, change: (Int, Int) -> Estimate) {
    steps = (0..<max(0, count - 1)).map { place in
      let change = change(place, place + 1)
      let direction: Direction =
        switch change.isPositive {
        case rising?: .expected
        case .some: .opposite
        case nil: .undecided
        }
      return (direction, change)
    }
  }

  /// Compares what the same seeds came to at every setting.
  init(ofSeeds seeds: [[Double]], rising: Bool) {
    self.init(of: seeds.count, rising: rising) { Estimate(seeds[$1], less: seeds[$0]) }
  }

  /// Compares shares of the same test items.
  init(of shares: [TestShare], rising: Bool) {
    self.init(of: shares.count, rising: rising) {
      ShareComparison(shares[$1], with: shares[$0]).estimate
    }
  }

  /// Where it is as expected along the settings, and where not: parts of a verdict, with every step's change.
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
      if !isLast, steps[index + 1].direction == step.direction { continue }
      let changes = steps[start...index].map(\.change.differenceText).joined(separator: ", ")
      // A range would claim what stands between the settings, too.
      let place =
        start == index
        ? "from \(settings[start]) to \(settings[index + 1])"
        : "at each step of \(settings[start...index + 1].joined(separator: ", "))"
      switch step.direction {
      case .expected: parts.append(Verdict.Part("\(changes): \(expected) \(place)", true))
      case .opposite: parts.append(Verdict.Part("\(changes): \(opposite) \(place)", false))
      case .undecided: parts.append(Verdict.Part("\(changes): \(place)", nil))
      }
      start = index + 1
    }
    return parts
  }
}
