import Contrastive

extension TrainSweep {
  /// The report of the runs that are done.
  func report(
    of runs: [SweepRun], results: [SweepRun: SweepResult], before: RetrievalMetrics,
    subject: String
  ) -> Report {
    let all = Self.table(of: runs, results)
    let means = Self.means(of: runs, results)
    var report = Report(
      title: "Adapters trained by \(adapter.loss.rawValue) over temperatures",
      explanation:
        "How the test rows find their keys after training at τ: the mean over the seeds, "
        + "and the standard deviation of recall@1. Untrained it is \(Self.text(before.recallAt1)).",
      tables: [means])
    report.attachments = [all, Self.times(of: runs, results)]
    report.notes = Self.notes(of: means)
    if !results.isEmpty { report.plots = [plot(of: means, before: before, subject: subject)] }
    report.result = ["before": before, "means": means, "runs": all]
    if results.count < runs.count {
      report.interruption =
        "after \(results.count) of \(runs.count) runs; "
        + (outputOptions.output == nil
          ? "with --output it could go on later" : "the same command goes on")
    }
    return report
  }

  private static func text(_ share: Double) -> String {
    Column("", format: .fixed(3)).text(of: .number(share))
  }

  private static func table(of runs: [SweepRun], _ results: [SweepRun: SweepResult]) -> Table {
    var table = Table(
      "train-sweep",
      columns: [Column("temperature", heading: "τ"), Column("seed")] + RetrievalMetrics.columns
        + [Column("loss", unit: "nats"), Column("lastLoss", heading: "last batch", unit: "nats")])
    for run in runs {
      guard let result = results[run] else { continue }
      var cells: [(any JSONRepresentable)?] = [run.temperature, Int(run.seed)]
      for cell in result.metrics.cells + [result.loss, result.lastLoss] { cells.append(cell) }
      table.append(row: cells)
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

  private static func means(of runs: [SweepRun], _ results: [SweepRun: SweepResult]) -> Table {
    var table = Table(
      "train-sweep-means",
      columns: [Column("temperature", heading: "τ"), Column("seeds")]
        + [Column("recallAt1", heading: "recall@1")]
        + [Column("recallAt1Deviation", heading: "±", format: .significant(2))]
        + RetrievalMetrics.columns.dropFirst() + [Column("loss", unit: "nats")])
    for temperature in Set(runs.map(\.temperature)).sorted() {
      let found = runs.filter { $0.temperature == temperature }.compactMap { results[$0] }
      guard !found.isEmpty else { continue }
      func mean(_ value: (SweepResult) -> Double) -> Double { found.map(value).mean }
      let recalls = found.map(\.metrics.recallAt1)
      table.append(
        temperature, found.count, recalls.mean, recalls.deviation,
        mean(\.metrics.recallAt10), mean(\.metrics.meanReciprocalRank), mean(\.loss))
    }
    return table
  }

  private static func notes(of means: Table) -> [String] {
    let recalls = means.numbers(in: "recallAt1").compactMap(\.self)
    let temperatures = means.numbers(in: "temperature").compactMap(\.self)
    guard let best = recalls.indices.max(by: { recalls[$0] < recalls[$1] }), recalls.count > 1
    else { return [] }
    let isInside = best > 0 && best < recalls.count - 1
    // Seeds that differ by as much as two temperatures do not tell these apart.
    let deviation = means.numbers(in: "recallAt1Deviation")[best] ?? 0
    let alike = recalls.indices.filter { $0 != best && recalls[best] - recalls[$0] <= deviation }
    return [
      "recall@1 is best at τ = \(temperatures[best])"
        + (alike.isEmpty
          ? ""
          : ", and within a standard deviation of that at "
            + alike.map { "\(temperatures[$0])" }.joined(separator: ", "))
        + (isInside
          ? "; it falls to both sides."
          : "; that is an end of the grid: add temperatures beyond it.")
    ]
  }

  private func plot(of means: Table, before: RetrievalMetrics, subject: String) -> Plot {
    var plot = Plot(
      name: "train-sweep-recall", title: "Recall@1 after training at τ", subject: subject,
      x: Axis("temperature τ", isLogarithmic: true), y: Axis("share of queries"))
    plot.series = [
      Series(
        seeds > 1 ? "recall@1, \(seeds) seeds ± deviation" : "recall@1", of: means,
        x: "temperature",
        y: "recallAt1", error: "recallAt1Deviation", style: .linesAndPoints)
    ]
    plot.referenceLines = [.horizontal(at: before.recallAt1, label: "untrained")]
    let recalls = zip(means.numbers(in: "temperature"), means.numbers(in: "recallAt1"))
    if case let (temperature?, recall?)? = recalls.max(by: { $0.1 ?? 0 < $1.1 ?? 0 }) {
      plot.marks = [
        Mark(
          x: temperature, y: recall, label: "best: \(recall.text(digits: 3)) at τ = \(temperature)")
      ]
    }
    return plot
  }
}
