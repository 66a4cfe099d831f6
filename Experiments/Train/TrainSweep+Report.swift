import Contrastive

extension TrainSweep {
  /// The report of the runs that are done.
  func report(of trained: Trained) -> Report {
    let (runs, outcomes, data) = (trained.runs, trained.outcomes, trained.data)
    let before = RetrievalMetrics(trained.before)
    let results = outcomes.compactMapValues(\.result)
    let divergences = outcomes.compactMapValues(\.divergence)
    let all = Self.table(of: runs, results, divergences)
    let means = Self.means(of: runs, results, divergences)
    var report = Report(
      title: "Adapters trained by \(adapter.loss.rawValue) over temperatures",
      explanation:
        "How the test rows find their keys after training at τ: the mean over the seeds, "
        + "and the standard deviation of recall@1. Untrained it is \(Self.text(before.recallAt1)).",
      tables: [means])
    report.attachments = [all, Self.times(of: runs, results)]
    let note = adapter.note(of: data)
    report.notes =
      (note.map { ["Note: \($0)."] } ?? [])
      + [Self.note(of: means, before: before, testCount: data.testRows.count)].compactMap(\.self)
      + Self.harm(of: means, before: before, testCount: data.testRows.count)
    if !results.isEmpty {
      report.plots = [
        plot(
          of: means, before: before, subject: data.subject,
          divergedAt: Set(divergences.keys.map(\.temperature)))
      ]
    }
    report.notes += divergences.sorted { $0.key < $1.key }.map {
      "The run at τ = \($0.key.temperature) with seed \($0.key.seed) \($0.value)."
    }
    if let first = divergences.min(by: { $0.key < $1.key }), results.isEmpty {
      report.divergence = "every run diverged; that at τ = \(first.key.temperature) \(first.value)"
    }
    report.result = ["note": note, "before": before, "means": means, "runs": all]
    report.addSample(data.sample)
    if outcomes.count < runs.count {
      report.interruption =
        "after \(outcomes.count) of \(runs.count.words("run")); "
        + (outputOptions.output == nil
          ? "with --output it could go on later" : "the same command goes on")
    }
    return report
  }

  private static func text(_ share: Double) -> String {
    Column("", format: .fixed(3)).text(of: .number(share))
  }

  private static func table(
    of runs: [SweepRun], _ results: [SweepRun: SweepResult], _ divergences: [SweepRun: Divergence]
  ) -> Table {
    var table = Table(
      "train-sweep",
      columns: [Column("temperature", heading: "τ"), Column("seed")] + RetrievalMetrics.columns
        + [
          Column("loss", unit: "nats"), Column("lastLoss", heading: "last batch", unit: "nats"),
          Column("divergedAtStep", heading: "diverged at step"),
        ])
    for run in runs where results[run] != nil || divergences[run] != nil {
      let result = results[run]
      var cells: [(any JSONRepresentable)?] = [run.temperature, Int(run.seed)]
      for column in RetrievalMetrics.columns.indices { cells.append(result?.metrics.cells[column]) }
      table.append(row: cells + [result?.loss, result?.lastLoss, divergences[run]?.step])
    }
    return table
  }

  private static func times(of runs: [SweepRun], _ results: [SweepRun: SweepResult]) -> Table {
    var table = Table(
      "train-sweep-times",
      columns: [Column("temperature", heading: "τ"), Column("seed"), Column("seconds", unit: "s")])
    for run in runs {
      guard let result = results[run] else { continue }
      table.append(run.temperature, Int(run.seed), result.seconds)
    }
    return table
  }

  /// The mean over the seeds that did not diverge; how many did is a column only where some did.
  private static func means(
    of runs: [SweepRun], _ results: [SweepRun: SweepResult], _ divergences: [SweepRun: Divergence]
  ) -> Table {
    var table = Table(
      "train-sweep-means",
      columns: [Column("temperature", heading: "τ"), Column("seeds")]
        + [Column("recallAt1", heading: "recall@1")]
        + [Column("recallAt1Deviation", heading: "±", format: .significant(2))]
        + RetrievalMetrics.columns.dropFirst() + [Column("loss", unit: "nats")]
        + (divergences.isEmpty ? [] : [Column("diverged")]))
    for temperature in Set(runs.map(\.temperature)).sorted() {
      let own = runs.filter { $0.temperature == temperature }
      let found = own.compactMap { results[$0] }
      let diverged = own.count { divergences[$0] != nil }
      guard found.count + diverged > 0 else { continue }
      func mean(_ value: (SweepResult) -> Double) -> Double { found.map(value).mean }
      let recalls = found.map(\.metrics.recallAt1)
      // Means of nothing are not numbers, and stay empty.
      var cells: [(any JSONRepresentable)?] = [
        temperature, found.count, recalls.mean, recalls.deviation,
        mean(\.metrics.recallAt10), mean(\.metrics.meanReciprocalRank), mean(\.loss),
      ]
      if !divergences.isEmpty { cells.append(diverged) }
      table.append(row: cells)
    }
    return table
  }

  /// What to say where no temperature is as good as none of the training.
  private static func harm(
    of means: Table, before: RetrievalMetrics, testCount: Int
  ) -> [String] {
    guard let best = means.numbers(in: "recallAt1").compactMap(\.self).filter(\.isFinite).max(),
      best < before.recallAt1
    else { return [] }
    return ["At no τ is recall@1 as good as the untrained \(text(before.recallAt1))."]
      + [RetrievalMetrics.noteOfFall(of: best, from: before, testCount: testCount)]
      .compactMap(\.self).map { "At the best, \($0)" }
  }

  private func plot(
    of means: Table, before: RetrievalMetrics, subject: String,
    divergedAt temperatures: Set<Double>
  ) -> Plot {
    var plot = Plot(
      name: "train-sweep-recall", title: "Recall@1 after training at τ", subject: subject,
      x: Axis("temperature τ", isLogarithmic: true, showing: self.temperatures.numbers),
      y: Axis("share of queries"))
    let counts = Set(means.numbers(in: "seeds").compactMap(\.self).filter { $0 > 0 })
    let seeds = counts.count == 1 ? counts.first.map { ", \(Int($0).words("seed"))" } ?? "" : ""
    plot.series = [
      Series(
        counts.contains { $0 > 1 } ? "recall@1\(seeds) ± deviation" : "recall@1", of: means,
        x: "temperature",
        y: "recallAt1", error: "recallAt1Deviation", style: .linesAndPoints)
    ]
    plot.referenceLines =
      [.horizontal(at: before.recallAt1, label: "untrained")]
      + temperatures.sorted().map { .vertical(at: $0, label: "diverged") }
    let recalls = zip(means.numbers(in: "temperature"), means.numbers(in: "recallAt1"))
      .filter { $0.1?.isFinite == true }
    if case let (temperature?, recall?)? = recalls.max(by: { $0.1 ?? 0 < $1.1 ?? 0 }) {
      plot.marks = [
        Mark(
          x: temperature, y: recall, label: "best: \(recall.text(digits: 3)) at τ = \(temperature)")
      ]
    }
    return plot
  }
}
