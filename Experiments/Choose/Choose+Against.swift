import Contrastive
import ContrastiveTraining

extension Choose {
  static let againstNames = [
    "choose-models", "choose-models-rows", "choose-against-temperatures", "choose-against-sweep",
  ]

  /// Sets another model beside the one that a report is of: both as they are, and each trained at the temperature that is
  /// best for it.
  func compare(
    _ first: ChooseFindings, with second: ChooseFindings, in report: inout Report
  ) throws {
    guard let names = againstOptions.names(beside: adapter.pairOptions) else { return }
    let resamples = Resamples(of: first.data.testCount, seed: splitSeed)
    func compare(
      _ suffix: String, _ a: [[Double]], _ b: [[Double]]
    ) throws -> ModelComparison {
      try ModelComparison(
        (names.first + suffix, names.second + suffix), first: a, second: b, resamples: resamples)
    }
    let untrained = try compare(
      ", untrained", [first.trained.untrained.ranks], [second.trained.untrained.ranks])
    // Seeds are paired: both were trained with the same.
    var trained: ModelComparison?
    if let a = first.trained.recalls, let b = second.trained.recalls, a.seeds == b.seeds {
      trained = try compare(" trained", a.ranks[a.best], b.ranks[b.best])
      report.notes.append(untrained.sentence)
    }
    let final = trained ?? untrained
    let rows = Array(first.data.fileRows[first.data.testRows])
    report.tables += [
      final.table("choose-models"),
      final.rowTable(
        "choose-models-rows", fileRows: rows,
        texts: first.texts.rows(at: Array(first.data.testRows))),
    ].compactMap(\.self)
    let sentence = second.choice.sentence(second.context(temperatures.numbers))
    report.notes += [final.sentence, "\(names.second): \(sentence)"]
    var result = final.json
    result.add("temperatureSentence", sentence)
    result.add("use", second.choice.use)
    result.add("untrained", trained.map { _ in untrained.json })
    report.result.add("against", result)
    overlay(second, named: names.second, in: &report)
  }

  /// Draws the other model's curves into the pictures, and keeps their numbers.
  private func overlay(_ second: ChooseFindings, named name: String, in report: inout Report) {
    func add(_ series: Series, to plot: String) {
      guard let place = report.plots.firstIndex(where: { $0.name == plot }) else { return }
      report.plots[place].series.append(series)
    }
    if let sweep = second.sweep {
      let table = Self.sweepTable(sweep, named: "choose-against-sweep")
      report.attachments.append(table)
      add(
        Series(
          "loss of \(name)", of: table, x: "temperature", y: "loss", low: "lossLow",
          high: "lossHigh"), to: "choose-loss")
    }
    if let recalls = second.trained.recalls {
      let table = Self.reasonsTable(
        recalls, choice: second.choice, length: second.trained.length,
        named: "choose-against-temperatures")
      report.attachments.append(table)
      add(
        Series(
          "recall@1 of \(name)", of: table, x: "temperature", y: "recallAt1", low: "low",
          high: "high"), to: "choose-recall")
    }
  }
}
