import Contrastive
import ContrastiveTraining

extension Choose {
  static func auditTable(_ findings: ChooseFindings) -> Table {
    var table = findings.sides.table(auditName)
    table.append(findings.near)
    return table
  }

  /// The loss over temperatures, and how many negatives share the gradient of a query.
  static func sweepTable(_ sweep: LossSweep, named name: String = sweepName) -> Table {
    var table = Table(
      name,
      columns: [
        Column("temperature", heading: "τ"), Column("loss", unit: "nats"),
        Column("lossLow", unit: "nats"), Column("lossHigh", unit: "nats"),
        Column("floor", unit: "nats"), Column("chance", unit: "nats"),
        Column("negatives"), Column("negativesLow"), Column("negativesHigh"),
        Column("logitScaleGradient"),
      ])
    for point in sweep.points {
      let terms = (point.terms ?? []).map { Double($0) }
      // Of thousands of queries the mean is normal.
      let error = 1.96 * terms.standardError
      let negatives = NegativeQuantiles(point.entropies)
      table.append(
        point.temperature.value, Double(point.value), Double(point.value) - error,
        Double(point.value) + error, point.diagnostics.floor, point.diagnostics.chance,
        negatives?.median, negatives?.low, negatives?.high, Double(point.logScaleGradient))
    }
    return table
  }

  /// Every temperature's recall, its difference from the best on average, and what that tells.
  static func reasonsTable(
    _ recalls: TrainedRecalls, choice: TemperatureChoice, length: TrainingLength,
    named name: String = reasonsName
  ) -> Table {
    var table = Table(
      name,
      title:
        "After \(length.words) of \(length.batch.words("pair")) each, learning rate \(length.learningRate.text(digits: 3))",
      columns: [
        Column("temperature", heading: "τ"),
        Column("recallAt1", heading: "recall@1", format: .fixed(3)),
        Column("low", format: .fixed(3)), Column("high", format: .fixed(3)),
        Column("seedDeviation", heading: "± of seeds", format: .significant(2)),
        Column("difference", heading: "less the best", format: .signed(3)),
        Column("differenceLow", heading: "low", format: .signed(3)),
        Column("differenceHigh", heading: "high", format: .signed(3)),
        Column("verdict"),
        Column("meanReciprocalRank", heading: "MRR", format: .fixed(3)),
      ])
    let best = recalls.best
    let use = choice.advised.flatMap { recalls.temperatures.firstIndex(of: $0) }
    for index in recalls.comparison.means.indices {
      let isUntrained = index == recalls.untrainedIndex
      let mean = recalls.comparison.means[index]
      let ranks = isUntrained ? [recalls.untrained] : recalls.ranks[index]
      let shares = ranks.map { own in Double(own.count { $0 <= 1 }) / Double(own.count) }
      let difference = recalls.comparison.difference(index, best)
      let verdict =
        index == use
        ? "use this"
        : index == best
          ? "best on average"
          : difference.isToldFromZero ? "worse" : "not told apart"
      table.append(
        isUntrained ? nil : recalls.temperatures[index], mean.value, max(0, mean.low),
        min(1, mean.high), isUntrained ? nil : shares.deviation, difference.value,
        difference.low, difference.high, isUntrained ? "untrained: \(verdict)" : verdict,
        ranks.map { own in own.map { 1 / $0 }.mean }.mean)
    }
    return table
  }

  /// Every training's result.
  static func runsTable(_ trainings: ChooseTrainings) -> Table? {
    guard !trainings.runs.isEmpty else { return nil }
    var table = Table(
      runsName,
      columns: [Column("temperature"), Column("seed"), Column("epochs")]
        + RetrievalMetrics.columns
        + [Column("loss", unit: "nats"), Column("divergedAtStep"), Column("seconds", unit: "s")])
    for run in (trainings.runs + trainings.longerRuns).sorted() {
      guard let outcome = trainings.outcomes[run] else { continue }
      let result = outcome.result
      table.append(
        run.temperature, Int(run.seed), run.epochs ?? trainings.length.epochs,
        result?.metrics.recallAt1, result?.metrics.recallAt10,
        result?.metrics.meanReciprocalRank, result?.loss, outcome.divergence?.step, result?.seconds)
    }
    return table
  }
}
