import Contrastive
import ContrastiveTraining

/// Embeddings of digits, trained at several temperatures.
extension WangLiuReproduction {
  private struct Outcome: Sendable {
    let scores: DigitScores
    let contrastiveAccuracy: Double

    /// Of every epoch.
    let losses: [Double]
  }

  /// The paper's table 1 for CIFAR-10, of the ordinary contrastive loss.
  static let printed:
    [(temperature: Double, uniformity: Double, tolerance: Double, accuracy: Double)] = [
      (0.07, 3.86, 0.04, 79.75), (0.3, 3.60, 0.178, 83.27), (0.7, 3.17, 0.333, 82.69),
      (1, 2.96, 0.372, 82.21),
    ]

  func addDigits(to report: inout Report, progress: ProgressLine) throws {
    let exam = try digitOptions.exam()
    let training = exam.training
    let values = temperatures.numbers.sorted()
    let outcomes = try Self.train(
      at: values, seeds: seeds, epochs: epochs, progress: progress
    ) { value, seed, tally in
      let trained = try DigitMoCo(
        temperature: Temperature(value), seed: seed, epochs: epochs
      ).train(on: training, tally: tally)
      return Outcome(
        scores: try exam.scores { try trained.encoder($0) },
        contrastiveAccuracy: trained.accuracies.last ?? .nan, losses: trained.losses)
    }
    let table = digitTable(values, outcomes)
    let baselines = try DigitBaselines(exam, seeds: seeds)
    let encoders = DigitBaselines.Encoders.at(
      values, outcomes.map { $0.map(\.scores) }, printed: Self.printed.map(\.temperature))
    report.claims = digitClaims(
      values, encoders, baselines,
      remark: LossCourses.fallingText(at: values, outcomes.map { LossCourses($0.map(\.losses)) }))
    report.finding += " " + baselines.finding(encoders)
    report.tables += [table, Self.printedTable, baselines.table]
    report.attachments += [
      Self.seedTable(values, outcomes), baselines.digitTable("wang-liu-test-digits", of: encoders),
    ]
    report.plots += digitPlots(table, baselines, digits: training.labels.count)
    report.result.add("digits", table)
    report.result.add("printed", Self.printedTable)
    report.notes.append(
      "\(Digits.source) Trained is an MLP of 64, 256 and 32 units on \(training.labels.count) images, queue 1024, "
        + "momentum 0.99, batches of 128, \(epochs.words("epoch")), Adam 1e-3; scores of "
        + "\(exam.test.labels.count) others. \(DigitMoCo.queueMeaning(DigitMoCo.defaultQueueCapacity))"
    )
  }

  private func digitTable(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    func error(_ name: String) -> Column { Column(name, heading: "±", format: .significant(2)) }
    var table = Table(
      "wang-liu-digits",
      title: "Embeddings of digits, mean of \(outcomes[0].count.words("seed")) ± 95 %",
      columns: [
        Column("temperature", heading: "τ"), Column("uniformity", heading: "−uniformity (t = 2)"),
        error("uniformityError"), Column("tolerance"), error("toleranceError"),
      ] + DigitBaselines.meanColumns
        + [Column("contrastiveAccuracy", heading: "contrastive accuracy")])
    for (value, own) in zip(values, outcomes) {
      let estimates =
        [own.map { -$0.scores.uniformity }, own.map(\.scores.tolerance)].map(Estimate.init(meanOf:))
      let numbers: [Double?] =
        [value] + estimates.flatMap { [$0.value, $0.knownHalfWidth] }
        + DigitBaselines.meanCells(of: own.map(\.scores))
        + [own.map(\.contrastiveAccuracy).mean]
      table.append(row: numbers)
    }
    return table
  }

  private static func seedTable(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    var table = Table(
      "wang-liu-seeds",
      columns: [Column("temperature"), Column("seed")] + DigitBaselines.scoreColumns
        + [Column("contrastiveAccuracy")])
    for (value, own) in zip(values, outcomes) {
      for (seed, outcome) in own.enumerated() {
        table.append(
          row: [value, seed] + DigitBaselines.cells(of: outcome.scores)
            + [outcome.contrastiveAccuracy])
      }
    }
    return table
  }

  static var printedTable: Table {
    var table = Table(
      "wang-liu-printed", title: "Wang and Liu's table 1: ResNet-18 on CIFAR-10",
      columns: [
        Column("temperature", heading: "τ"), Column("uniformity", heading: "−uniformity"),
        Column("tolerance"), Column("accuracy", heading: "linear accuracy"),
      ])
    for row in printed {
      table.append(row.temperature, row.uniformity, row.tolerance, row.accuracy / 100)
    }
    return table
  }
}
