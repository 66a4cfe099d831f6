/// The figures of MoCo's ablation.
extension MoCoReproduction {
  private func subject(digits: Int) -> String {
    "\(digits.words("digit")), queue of \(queue), τ = \(temperature.text(digits: 3))"
  }

  /// The losses of all trainings at a learning rate, on so many digits.
  func lossPlot(
    _ outcomes: [Outcome], _ rate: Double, index: Int, chance: Double, digits: Int
  ) -> Plot {
    let seeds = outcomes.first?.runs.count ?? 0
    var plot = Plot(
      name: "moco-loss-\(index + 1)", title: "The training loss at η = \(rate.text(digits: 3))",
      subject:
        "\(subject(digits: digits)), mean of \(seeds.words("seed"))\(seeds == 1 ? "" : " ± 95 %")",
      x: Axis("epoch"),
      y: Axis("loss (nats)"))
    plot.series = outcomes.map { outcome in
      Series(
        "m = \(Self.text(outcome.momentum))", courses: outcome.runs.map(\.training.losses))
    }
    plot.referenceLines = [.horizontal(at: chance, label: "chance")]
    return plot
  }

  /// The accuracies of all trainings, on so many digits.
  func accuracyPlot(_ outcomes: [Outcome], baselines: DigitBaselines, digits: Int) -> Plot {
    var plot = Plot(
      name: "moco-accuracy", title: "Shifted digits named rightly ± 95 %",
      subject: subject(digits: digits),
      x: Axis("momentum m", tickLabels: momentum.numbers.map(Self.text)),
      y: Axis("accuracy", range: 0...1))
    plot.series = learningRates.numbers.flatMap { rate in
      DigitKeys.allCases.map { keys in
        var table = Table("", columns: [Column("place"), Column("accuracy"), Column("error")])
        for outcome in outcomes where outcome.learningRate == rate {
          let share = outcome.share(.shifted, among: keys)
          table.append(
            momentum.numbers.firstIndex(of: outcome.momentum) ?? 0, share.mean,
            share.estimate.knownHalfWidth)
        }
        return Series(
          "η = \(rate.text(digits: 3))\(keys.suffix)", of: table, x: "place", y: "accuracy",
          error: "error", style: .bars)
      }
    }
    plot.referenceLines = baselines.referenceLines(.shifted)
    return plot
  }
}
