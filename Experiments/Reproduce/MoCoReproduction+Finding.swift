/// What came of MoCo's ablation, for the head of a page.
extension MoCoReproduction {
  func finding(
    _ outcomes: [Outcome], longer: [Outcome], chance: Double, baselines: DigitBaselines
  ) -> String {
    let rates = [outcomes, longer].flatMap { all in
      learningRates.numbers.compactMap { rate -> String? in
        let own = all.filter { $0.learningRate == rate }
        guard let epochs = own.first?.epochs else { return nil }
        func momenta(_ isChosen: (Outcome) -> Bool) -> String {
          let chosen = own.filter(isChosen).map(\.momentum)
          return chosen.isEmpty ? "no m" : "m = \(Self.list(chosen))"
        }
        let better = DigitTask.allCases.map { task in
          "\(task.name) with "
            + momenta {
              ShareComparison($0.share(task), with: baselines.untrained(task)).isLarger == true
            }
        }
        return
          "At a learning rate of \(Self.list([rate])), after \(epochs) epochs, MoCo's loss is within "
          + "\(Self.margin.text(digits: 2)) nats of chance with \(momenta { Self.isAtChance($0, chance) }), and the encoder "
          + "better than an untrained one \(better.joined(separator: ", "))."
      }
    }
    let longerMomenta = Set(longer.map(\.momentum))
    let shortOnly = Set(outcomes.map(\.momentum)).subtracting(longerMomenta).sorted()
    let left =
      longer.isEmpty || shortOnly.isEmpty
      ? ""
      : "m = \(Self.list(shortOnly)), which \(shortOnly.count == 1 ? "is" : "are") not the paper's, "
        + "\(shortOnly.count == 1 ? "was" : "were") not trained for longer. "
    return rates.joined(separator: " ") + " " + left
      + baselines.comparison(Self.encoders(outcomes + longer))
  }
}
