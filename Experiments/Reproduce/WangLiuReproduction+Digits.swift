import Contrastive
import ContrastiveTraining

/// Embeddings of digits, trained at several temperatures.
extension WangLiuReproduction {
  private struct Outcome: Sendable {
    let scores: DigitScores
    let contrastiveAccuracy: Double
  }

  /// The paper's table 1 for CIFAR-10, of the ordinary contrastive loss.
  static let printed:
    [(temperature: Double, uniformity: Double, tolerance: Double, accuracy: Double)] = [
      (0.07, 3.86, 0.04, 79.75), (0.3, 3.60, 0.178, 83.27), (0.7, 3.17, 0.333, 82.69),
      (1, 2.96, 0.372, 82.21),
    ]

  func addDigits(to report: inout Report, progress: ProgressLine) throws {
    let (training, test) = try Digits.load()
    let values = temperatures.numbers.sorted()
    let outcomes = try Self.train(
      at: values, seeds: seeds, epochs: epochs, progress: progress
    ) { value, seed, tally in
      let trained = try DigitMoCo(
        temperature: Temperature(value), seed: seed, epochs: epochs
      ).train(on: training, tally: tally)
      return Outcome(
        scores: try DigitScores(training: training, test: test) { try trained.encoder($0) },
        contrastiveAccuracy: trained.accuracies.last ?? .nan)
    }
    let table = digitTable(values, outcomes)
    let baselines = try DigitBaselines(training: training, test: test, seeds: seeds)
    let encoders = DigitBaselines.Encoders.at(values, outcomes.map { $0.map(\.scores) })
    report.claims += digitClaims(table, encoders, baselines)
    report.finding += " " + finding(on: table, encoders, baselines)
    report.tables += [table, Self.printedTable]
    report.plots += digitPlots(table, baselines)
    report.result.add("digits", table)
    report.result.add("printed", Self.printedTable)
    report.notes.append(
      "Digits: an MLP of 64, 256 and 32 units on \(training.labels.count) images, queue 1024, "
        + "momentum 0.99, batches of 128, \(epochs) epochs, Adam 1e-3; scores of "
        + "\(test.labels.count) others. \(DigitBaselines.accuracyMeaning)")
  }

  private func digitTable(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    var table = Table(
      "wang-liu-digits", title: "Embeddings of digits, mean of \(seeds) seeds ± standard error",
      columns: [
        Column("temperature", heading: "τ"), Column("uniformity", heading: "−uniformity (t = 2)"),
        Column("uniformityError", heading: "±", format: .significant(2)),
        Column("tolerance"), Column("toleranceError", heading: "±", format: .significant(2)),
        Column("neighborAccuracy", heading: "accuracy"),
        Column("neighborError", heading: "±", format: .significant(2)),
        Column("cleanAccuracy", heading: "of digits as they are"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
      ])
    for (value, own) in zip(values, outcomes) {
      func mean(_ score: (DigitScores) -> Double) -> [Double] {
        let values = own.map { score($0.scores) }
        return [values.mean, values.standardError]
      }
      let scores =
        mean { -$0.uniformity } + mean(\.tolerance) + mean(\.neighborAccuracy)
        + [mean(\.cleanAccuracy)[0], own.map(\.contrastiveAccuracy).mean]
      table.append(row: [value] + scores)
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
