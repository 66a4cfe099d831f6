/// The figures of MoCo's ablation.
extension MoCoReproduction {
  private var subject: String {
    "1400 digits, queue of \(queue), τ = \(temperature.text(digits: 3))"
  }

  func lossPlot(_ outcomes: [Outcome], _ rate: Double, index: Int, chance: Double) -> Plot {
    var plot = Plot(
      name: "moco-loss-\(index + 1)", title: "The training loss at η = \(rate.text(digits: 3))",
      subject: "\(subject), \(epochs) epochs, one seed", x: Axis("epoch"), y: Axis("loss (nats)"))
    plot.series = outcomes.compactMap { outcome in
      outcome.runs.first.map { run in
        Series(
          "m = \(outcome.momentum.text(digits: 4))",
          points: run.training.losses.enumerated().map { (Double($0 + 1), $1) })
      }
    }
    plot.referenceLines = [.horizontal(at: chance, label: "chance")]
    return plot
  }

  func accuracyPlot(_ outcomes: [Outcome], baselines: DigitBaselines) -> Plot {
    var plot = Plot(
      name: "moco-accuracy", title: "Shifted digits named rightly ± 95 %",
      subject: "\(subject), \(epochs) epochs",
      x: Axis("momentum m", tickLabels: momentum.numbers.map { $0.text(digits: 4) }),
      y: Axis("accuracy", range: 0...1))
    plot.series = learningRates.numbers.map { rate in
      var table = Table("", columns: [Column("place"), Column("accuracy"), Column("error")])
      for (index, outcome) in outcomes.filter({ $0.learningRate == rate }).enumerated() {
        let share = outcome.share(.shifted)
        table.append(index, share.mean, share.estimate.knownHalfWidth)
      }
      return Series(
        "η = \(rate.text(digits: 3))", of: table, x: "place", y: "accuracy", error: "error",
        style: .bars)
    }
    plot.referenceLines = baselines.referenceLines(.shifted)
    return plot
  }
}
