import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation

/// SimCLR's table of temperatures: entropy, contrastive accuracy, and what the embeddings are worth.
struct SimCLRTemperatureReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "simclr-temperature",
    abstract: "SimCLR on digits: what the temperature does to entropy and accuracy.",
    discussion: """
      Example:
        Experiments reproduce simclr-temperature --seeds 3 --output results/simclr
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Temperatures.", valueName: "numbers"))
  var temperatures = [NumberList<Double>([0.05, 0.1, 0.2, 0.5, 1])]

  @Option(help: ArgumentHelp("Repeat with this many seeds, from 0.", valueName: "n"))
  var seeds = 5

  @Option(help: "How often training goes through the digits.")
  var epochs = 300

  @OptionGroup var digitOptions: DigitOptions
  @OptionGroup var outputOptions: OutputOptions

  /// SimCLR's table 5, of l2-normalised embeddings.
  static let printed: [(temperature: Double, entropy: Double, accuracy: Double, topOne: Double)] = [
    (0.05, 1.0, 90.5, 59.7), (0.1, 4.5, 87.8, 64.4), (0.5, 8.2, 68.2, 60.7), (1, 8.3, 59.1, 58.0),
  ]

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(temperatures, option: "--temperatures")
  }

  /// What came of one training.
  struct Outcome: Sendable {
    let entropy: Double
    let contrastiveAccuracy: Double
    let scores: DigitScores

    /// Of every epoch.
    let losses: [Double]

    /// Of the encoder as it was before.
    let untrainedEntropy: Double
    let untrainedAccuracy: Double
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let exam = try digitOptions.exam()
    let training = exam.training
    let values = temperatures.numbers.sorted()
    let outcomes = try Self.train(
      at: values, seeds: seeds, epochs: epochs, progress: progress
    ) { value, seed, tally in
      let run = DigitSimCLR(temperature: try Temperature(value), seed: seed, epochs: epochs)
      let (encoder, losses) = try run.train(on: training, tally: tally)
      let seen = try run.diagnostics(on: training) { try encoder($0) }
      let untrained = try DigitBaselines.encoder(seed: seed)
      let before = try run.diagnostics(on: training) { try untrained($0) }
      return Outcome(
        entropy: seen.gradientEntropy ?? .nan, contrastiveAccuracy: seen.top1Accuracy ?? .nan,
        scores: try exam.scores { try encoder($0) }, losses: losses,
        untrainedEntropy: before.gradientEntropy ?? .nan,
        untrainedAccuracy: before.top1Accuracy ?? .nan)
    }
    let table = table(values, outcomes)
    let baselines = try DigitBaselines(exam, seeds: seeds)
    let pixels =
      try DigitSimCLR(temperature: 1, seed: 0).diagnostics(on: training) { $0 }
      .top1Accuracy ?? .nan
    let ceiling = log(Double(2 * training.labels.count - 2))
    var report = Report(
      title: "What SimCLR's temperature does",
      explanation: "An encoder trained by NT-Xent at each temperature on \(training.labels.count) "
        + "digits. Entropy is that of the gradient's weights over the "
        + "\((2 * training.labels.count - 2).words("negative")) of a row, at most \(ceiling.text(digits: 4)) "
        + "nats; contrastive accuracy is how often a view finds its other one among all. "
        + "Trained is an MLP of 64, 256 and 32 units for \(epochs.words("epoch")) by Adam at 1e-3, in batches of "
        + "\(DigitSimCLR.defaultBatchSize). \(Digits.source) \(DigitBaselines.accuracyMeaning(testing: digitOptions.testDigits))",
      tables: [table, Self.printedTable, baselines.table])
    let encoders = DigitBaselines.Encoders.at(
      values, outcomes.map { $0.map(\.scores) }, printed: Self.printed.map(\.temperature))
    report.claims = Self.claims(
      on: outcomes, at: values, pixels: pixels, encoders: encoders, baselines: baselines,
      epochs: epochs)
    report.illustrations = [
      Self.illustration(
        untrained: outcomes.map { $0.map(\.untrainedEntropy).mean },
        trained: outcomes.map { $0.map(\.entropy).mean }, at: values)
    ]
    report.finding = Self.finding(
      on: outcomes, at: values, encoders: encoders, baselines: baselines)
    report.attachments = [
      Self.seedTable(values, outcomes),
      baselines.digitTable("simclr-test-digits", of: encoders),
    ]
    report.plots = plots(
      of: table, ceiling: ceiling, baselines: baselines, digits: training.labels.count)
    report.result = ["rows": table, "printed": Self.printedTable]
    return report
  }

  private func table(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    func error(_ name: String) -> Column { Column(name, heading: "±", format: .significant(2)) }
    var table = Table(
      "simclr-temperature", title: "On digits, mean of \(outcomes[0].count.words("seed")) ± 95 %",
      columns: [
        Column("temperature", heading: "τ"), Column("entropy", unit: "nats"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"), error("contrastiveError"),
      ] + DigitBaselines.meanColumns + [
        Column("untrainedEntropy", heading: "entropy untrained", unit: "nats"),
        Column("untrainedAccuracy", heading: "contrastive untrained"),
      ])
    for (value, own) in zip(values, outcomes) {
      let contrastive = Estimate(meanOf: own.map(\.contrastiveAccuracy))
      let numbers: [Double?] =
        [value, own.map(\.entropy).mean, contrastive.value, contrastive.knownHalfWidth]
        + DigitBaselines.meanCells(of: own.map(\.scores))
        + [own.map(\.untrainedEntropy).mean, own.map(\.untrainedAccuracy).mean]
      table.append(row: numbers)
    }
    return table
  }

  private static func seedTable(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    var table = Table(
      "simclr-seeds",
      columns: [
        Column("temperature"), Column("seed"), Column("entropy"), Column("contrastiveAccuracy"),
      ] + DigitBaselines.scoreColumns
        + [Column("untrainedEntropy"), Column("untrainedAccuracy")])
    for (value, own) in zip(values, outcomes) {
      for (seed, outcome) in own.enumerated() {
        table.append(
          row: [value, seed, outcome.entropy, outcome.contrastiveAccuracy]
            + DigitBaselines.cells(of: outcome.scores)
            + [outcome.untrainedEntropy, outcome.untrainedAccuracy])
      }
    }
    return table
  }

  static var printedTable: Table {
    var table = Table(
      "simclr-printed", title: "SimCLR's table 5: ImageNet, batches of 4096",
      columns: [
        Column("temperature", heading: "τ"), Column("entropy", unit: "nats"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
        Column("topOne", heading: "top-1 accuracy"),
      ])
    for row in printed {
      table.append(row.temperature, row.entropy, row.accuracy / 100, row.topOne / 100)
    }
    return table
  }
}
