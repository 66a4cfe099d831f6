/// What holds of MoCo's ablation, and the words for it.
extension MoCoReproduction {
  /// How encoders compare with something, at every learning rate and both tasks: checks of a statement.
  ///
  /// - Parameters:
  ///   - other: What an encoder is compared with, and its name; nil where there is none.
  ///   - expected: Whether it is claimed to be better, and not no better.
  static func checks(
    _ outcomes: [Outcome], isBetter expected: Bool = true,
    than other: (Outcome, DigitTask) -> (name: String, share: TestShare)?
  ) -> [Verdict.Part] {
    outcomes.flatMap { outcome in
      DigitTask.allCases.compactMap { task in
        other(outcome, task).map { other in
          let comparison = ShareComparison(outcome.share(task), with: other.share)
          return Verdict.Part(
            "\(comparison.text) \(task.name), \(name(outcome)) and \(other.name)",
            comparison.isLarger.map { $0 == expected })
        }
      }
    }
  }

  /// A statement on each length of training, as a part of its own: what has failed by then may be slow.
  ///
  /// - Parameters:
  ///   - statement: In short.
  ///   - lengths: The outcomes of each length.
  ///   - checks: What has to hold of those of one length.
  static func parts(
    _ statement: String, _ lengths: [[Outcome]], _ checks: ([Outcome]) -> [Verdict.Part]
  ) -> [Verdict.Part] {
    lengths.compactMap { outcomes in
      let all = checks(outcomes)
      guard let epochs = outcomes.first?.epochs, !all.isEmpty else { return nil }
      return Verdict.Part(
        "\(statement) after \(epochs) epochs, in \(share(of: all))", all: all)
    }
  }

  /// How many of some checks hold: `6 of 8 cases`.
  static func share(of checks: [Verdict.Part]) -> String {
    "\(checks.count { $0.holds == true }) of \(checks.count) cases"
  }

  static func isAtChance(_ outcome: Outcome, _ chance: Double) -> Bool {
    outcome.finalLosses.allSatisfy { abs($0 - chance) <= margin }
  }

  /// That the loss is larger in the last epoch than when the queue first held the encoder's keys alone, of the mean over
  /// seeds.
  static func endPart(of outcome: Outcome) -> Verdict.Part {
    let change = Estimate(outcome.finalLosses, less: outcome.firstLosses)
    return Verdict.Part(
      "\(change.differenceText) (nats, from epoch \(outcome.firstEpoch) to the last) \(rate(outcome))",
      change.isPositive)
  }

  /// How far below chance the loss ends, and whether it does so by more than the margin, of all seeds.
  static func lossPart(of outcome: Outcome, _ chance: Double) -> Verdict.Part {
    let below = outcome.finalLosses.map { chance - $0 }
    let range = [below.min(), below.max()].map { ($0 ?? .nan).text(digits: 2) }
    let numbers = range[0] == range[1] ? range[0] : "\(range[0]) to \(range[1])"
    return Verdict.Part(
      "loss \(numbers) nats below chance, \(name(outcome))",
      outcome.finalLosses.allSatisfy { $0 < chance - margin })
  }

  // MARK: Words

  static func rate(_ outcome: Outcome) -> String {
    "at η = \(list([outcome.learningRate]))"
  }

  static func name(_ outcome: Outcome) -> String {
    "m = \(list([outcome.momentum])) at η = \(list([outcome.learningRate]))"
  }

  /// Mean accuracies of shifted digits and of digits as they are, of every length of training.
  static func accuracies(of lengths: [[Outcome]]) -> String {
    lengths.compactMap { outcomes in
      outcomes.first.map { first in
        "after \(first.epochs) epochs accuracy is "
          + list(outcomes) { list([$0.share(.shifted).mean]) }
          + "; of digits as they are " + list(outcomes) { list([$0.share(.clean).mean]) }
      }
    }.joined(separator: "; ")
  }

  static func list(_ outcomes: [Outcome], _ text: (Outcome) -> String) -> String {
    outcomes.map { "\(text($0)) (\(name($0)))" }.joined(separator: "; ")
  }

  static func list(_ numbers: [Double]) -> String {
    numbers.map { $0.text(digits: 3) }.joined(separator: ", ")
  }
}
