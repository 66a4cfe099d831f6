/// What holds of MoCo's ablation, and the words for it.
extension MoCoReproduction {
  /// How encoders compare with something, at every learning rate and both tasks: checks of a statement.
  ///
  /// - Parameters:
  ///   - other: What an encoder is compared with, and its name; nil where there is none.
  ///   - expected: Whether it is claimed to be better, and not no better.
  static func checks(
    _ outcomes: [Outcome], isBetter expected: Bool = true, after prefix: String = "",
    than other: (Outcome, DigitTask) -> (name: String, share: TestShare)?
  ) -> [Verdict.Part] {
    outcomes.flatMap { outcome in
      DigitTask.allCases.compactMap { task in
        other(outcome, task).map { other in
          let comparison = ShareComparison(outcome.share(task), with: other.share)
          return Verdict.Part(
            "\(comparison.text) \(task.name), \(prefix)\(name(outcome)) and \(other.name)",
            comparison.isLarger.map { $0 == expected })
        }
      }
    }
  }

  static func isAtChance(_ outcome: Outcome, _ chance: Double) -> Bool {
    outcome.finalLosses.allSatisfy { abs($0 - chance) <= margin }
  }

  /// That the loss is at chance, or how far below it it ends, of all seeds.
  ///
  /// - Parameter prefix: After how long, if not after all epochs.
  static func lossPart(
    of outcome: Outcome, _ chance: Double, _ prefix: String = ""
  ) -> Verdict.Part {
    let below = outcome.finalLosses.map { chance - $0 }
    let range = [below.min(), below.max()].map { ($0 ?? .nan).text(digits: 2) }
    let numbers = range[0] == range[1] ? range[0] : "\(range[0]) to \(range[1])"
    let isFailure = isAtChance(outcome, chance)
    return Verdict.Part(
      "loss \(numbers) nats below chance \(prefix)\(rate(outcome))", isFailure)
  }

  static func learns(_ outcome: Outcome, _ chance: Double) -> Bool {
    outcome.finalLosses.allSatisfy { $0 < chance - margin }
  }

  // MARK: Words

  static func rate(_ outcome: Outcome) -> String {
    "at η = \(list([outcome.learningRate]))"
  }

  static func name(_ outcome: Outcome) -> String {
    "m = \(list([outcome.momentum])) at η = \(list([outcome.learningRate]))"
  }

  /// Mean accuracies of shifted digits and of digits as they are.
  static func accuracies(of outcomes: [Outcome]) -> String {
    "accuracy is " + list(outcomes) { list([$0.share(.shifted).mean]) }
      + "; of digits as they are " + list(outcomes) { list([$0.share(.clean).mean]) }
  }

  static func list(_ outcomes: [Outcome], _ text: (Outcome) -> String) -> String {
    outcomes.map { "\(text($0)) (\(name($0)))" }.joined(separator: "; ")
  }

  static func list(_ numbers: [Double]) -> String {
    numbers.map { $0.text(digits: 3) }.joined(separator: ", ")
  }
}
