/// What holds of MoCo's ablation, and the words for it.
extension MoCoReproduction {
  /// The encoders that are better than something, and those that are not, each with its comparison.
  static func parts(
    _ outcomes: [Outcome], _ task: DigitTask, betterThan name: String, _ share: TestShare
  ) -> [Verdict.Part] {
    let compared = outcomes.map { ($0, ShareComparison($0.share(task), with: share)) }
    return ([true, false, nil] as [Bool?]).compactMap { result in
      let own = compared.filter { $0.1.isLarger == result }
      guard !own.isEmpty else { return nil }
      return Verdict.Part(
        "\(task.name) \(own[0].1.words) \(name), \(share.mean.text(digits: 3)): "
          + own.map { "\(Self.name($0.0)) (\($0.1.differenceText))" }.joined(separator: ", "),
        result)
    }
  }

  static func isAtChance(_ outcome: Outcome, _ chance: Double) -> Bool {
    outcome.finalLosses.allSatisfy { abs($0 - chance) <= margin }
  }

  /// That the loss is at chance, or how far below it it ends.
  ///
  /// - Parameter prefix: After how long, if not after all epochs.
  static func lossPart(
    of outcome: Outcome, _ chance: Double, _ prefix: String = ""
  ) -> Verdict.Part {
    guard !isAtChance(outcome, chance) else {
      return Verdict.Part("\(prefix)\(rate(outcome)) the loss is at chance", true)
    }
    let below = outcome.finalLosses.map { chance - $0 }
    let range = Set([below.min(), below.max()].map { ($0 ?? .nan).text(digits: 2) }).sorted()
    return Verdict.Part(
      "\(prefix)\(rate(outcome)) the loss ends \(range.joined(separator: " to ")) nats below chance",
      false)
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
