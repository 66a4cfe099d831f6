/// What adapters came to, and what they have to be held against.
extension TemperatureUReproduction {
  /// What came of one length of training.
  struct Course {
    let epochs: Int
    let seeds: Int
    let temperatures: [Double]

    /// How often test queries find their own key first, at each temperature.
    let shares: [TestShare]

    private let metrics: [[RetrievalMetrics]]
    private let losses: [[Double]]

    /// Takes the runs of a sweep that did not diverge.
    init(_ trained: TrainSweep.Trained, epochs: Int) {
      self.epochs = epochs
      seeds = Set(trained.runs.map(\.seed)).count
      let found = Set(trained.runs.map(\.temperature)).sorted().compactMap { temperature in
        let results = trained.runs.filter { $0.temperature == temperature }
          .compactMap { trained.outcomes[$0]?.result }
        return results.isEmpty ? nil : (temperature: temperature, results: results)
      }
      temperatures = found.map(\.temperature)
      shares = found.map { TemperatureUReproduction.share($0.results.compactMap(\.ranks)) }
      metrics = found.map { $0.results.map(\.metrics) }
      losses = found.map { $0.results.map(\.loss) }
    }

    /// The best of all temperatures.
    var best: (temperature: Double, share: TestShare) {
      zip(temperatures, shares).max { $0.1.mean < $1.1.mean }.map {
        (temperature: $0.0, share: $0.1)
      }
        ?? (.nan, TestShare([[]]))
    }
    var name: String { "after \(epochs.words("epoch"))" }
    var text: String {
      "\(name), of \(seeds.words("seed")), recall@1 \(list(shares.map(\.mean))) at τ = "
        + list(temperatures)
    }

    /// That recall falls from each of the paper's temperatures from 0.1 on to the next, and so at those of ours.
    var trials: (printed: [Trial], others: [Trial]) {
      let steps = temperatures.steps(printed: TemperatureUReproduction.falling)
      func trials(_ steps: [(Int, Int)]) -> [Trial] {
        steps.map { low, high in
          Trial(
            "recall@1 at τ = \(list([temperatures[low]])) less that at \(list([temperatures[high]])), \(name)",
            shares[low], less: shares[high])
        }
      }
      return (trials(steps.printed), trials(steps.others))
    }

    // MARK: Tables

    var table: Table {
      var table = Table(
        "temperature-u-\(epochs)",
        title: "For \(epochs.words("epoch")), mean of \(seeds.words("seed")) ± 95 %",
        columns: [
          Column("temperature", heading: "τ"), Column("recallAt1", heading: "recall@1"),
          Column("recallAt1Error", heading: "±", format: .significant(2)),
        ] + RetrievalMetrics.columns.dropFirst() + [Column("loss", unit: "nats")])
      for place in temperatures.indices {
        let (estimate, own) = (shares[place].estimate, metrics[place])
        let numbers: [Double?] = [
          temperatures[place], estimate.value, estimate.knownHalfWidth,
          own.map(\.recallAt10).mean, own.map(\.meanReciprocalRank).mean, losses[place].mean,
        ]
        table.append(row: numbers)
      }
      return table
    }

    var seedTable: Table {
      var table = Table(
        "temperature-u-\(epochs)-seeds",
        columns: [Column("temperature"), Column("run")] + RetrievalMetrics.columns
          + [Column("loss")])
      for place in temperatures.indices {
        for (run, (own, loss)) in zip(metrics[place], losses[place]).enumerated() {
          let numbers: [Double] = [temperatures[place], Double(run + 1)] + own.cells + [loss]
          table.append(row: numbers)
        }
      }
      return table
    }
  }

  /// What adapters have to be held against: recall@1 on the same test rows.
  struct Baselines {
    let untrained: TestShare
    let canonical: [TestShare]
    let ridges: [Double]

    var bestCanonical: TestShare { canonical.max { $0.mean < $1.mean } ?? untrained }

    /// How many `best` is the best of.
    var count: Int { 1 + canonical.count }

    /// What training has to beat.
    var best: (name: String, share: TestShare) {
      bestCanonical.mean > untrained.mean
        ? ("canonical correlation", bestCanonical) : ("the untrained embeddings", untrained)
    }

    var text: String {
      "the embeddings as they are, without training, \(list([untrained.mean])); canonical correlation, in closed "
        + "form and without a temperature, \(list(canonical.map(\.mean))) with ridges of \(list(ridges)), of which the best on the "
        + "test rows counts"
    }
  }

  /// How often each test row finds its key, the mean over seeds: what errors over test rows come of.
  static func rowTable(_ courses: [Course], _ baselines: Baselines) -> Table {
    let shares: [(String, TestShare)] =
      courses.flatMap { course in
        zip(course.temperatures, course.shares).map { ("\(course.name) at τ = \(list([$0]))", $1) }
      } + [("untrained", baselines.untrained)]
      + zip(baselines.ridges, baselines.canonical).map {
        ("canonical correlation, ridge \(list([$0]))", $1)
      }
    var table = Table(
      "temperature-u-test-rows", columns: [Column("row")] + shares.map { Column($0.0) })
    for row in baselines.untrained.items.indices {
      let numbers: [Double] = [Double(row)] + shares.map { $0.1.items[row] }
      table.append(row: numbers)
    }
    return table
  }

  static func plot(_ courses: [Course], _ baselines: Baselines, subject: String) -> Plot {
    var plot = Plot(
      name: "temperature-u-recall", title: "Recall@1 after training at τ", subject: subject,
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("share of queries"))
    plot.series = courses.map { course in
      Series(
        "\(course.epochs.words("epoch")), \(course.seeds.words("seed")) ± 95 %", of: course.table,
        x: "temperature",
        y: "recallAt1", error: "recallAt1Error", style: .linesAndPoints)
    }
    plot.referenceLines = [
      .horizontal(at: baselines.bestCanonical.mean, label: "canonical correlation"),
      .horizontal(at: baselines.untrained.mean, label: "untrained"),
    ]
    return plot
  }
}
