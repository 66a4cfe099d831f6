import ArgumentParser
import Contrastive
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
  var epochs = 100

  @OptionGroup var outputOptions: OutputOptions

  /// SimCLR's table 5, of l2-normalised embeddings.
  static let printed: [(temperature: Double, entropy: Double, accuracy: Double, topOne: Double)] = [
    (0.05, 1.0, 90.5, 59.7), (0.1, 4.5, 87.8, 64.4), (0.5, 8.2, 68.2, 60.7), (1, 8.3, 59.1, 58.0),
  ]

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(temperatures, option: "--temperatures")
  }

  private struct Outcome: Sendable {
    let entropy: Double
    let contrastiveAccuracy: Double
    let neighborAccuracy: Double
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let (training, test) = try Digits.load()
    let values = temperatures.numbers.sorted()
    let outcomes = try Self.train(
      at: values, seeds: seeds, epochs: epochs, progress: progress
    ) { value, seed, tally in
      let run = DigitSimCLR(temperature: try Temperature(value), seed: seed, epochs: epochs)
      let encoder = try run.train(on: training, tally: tally)
      let seen = try run.diagnostics(of: encoder, on: training)
      let scores = try DigitScores(encoder, training: training, test: test)
      return Outcome(
        entropy: seen.gradientEntropy ?? .nan, contrastiveAccuracy: seen.top1Accuracy ?? .nan,
        neighborAccuracy: scores.neighborAccuracy)
    }
    let table = table(values, outcomes)
    let ceiling = log(Double(2 * training.labels.count - 2))
    var report = Report(
      title: "What SimCLR's temperature does",
      explanation: "An encoder trained by NT-Xent at each temperature on \(training.labels.count) "
        + "digits. Entropy is that of the gradient's weights over the "
        + "\(2 * training.labels.count - 2) negatives of a row, at most \(ceiling.text(digits: 4)) "
        + "nats; contrastive accuracy is how often a view finds its other one among all; neighbour "
        + "accuracy, SimCLR's top-1 here, is that of the \(DigitScores.neighborCount) nearest "
        + "training digits on test digits.",
      tables: [table, Self.printedTable])
    report.claims = Self.claims(on: table)
    report.plots = plots(of: table, ceiling: ceiling)
    report.result = ["rows": table, "printed": Self.printedTable]
    return report
  }

  private func table(_ values: [Double], _ outcomes: [[Outcome]]) -> Table {
    var table = Table(
      "simclr-temperature", title: "On digits, mean of \(outcomes[0].count) seeds",
      columns: [
        Column("temperature", heading: "τ"), Column("entropy", unit: "nats"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
        Column("contrastiveError", heading: "± (standard error)", format: .significant(2)),
        Column("neighborAccuracy", heading: "neighbour accuracy"),
        Column("neighborError", heading: "± (standard error)", format: .significant(2)),
      ])
    for (value, own) in zip(values, outcomes) {
      let neighbors = own.map(\.neighborAccuracy)
      let contrastive = own.map(\.contrastiveAccuracy)
      table.append(
        value, own.map(\.entropy).mean, contrastive.mean, contrastive.standardError,
        neighbors.mean, neighbors.standardError)
    }
    return table
  }

  private static var printedTable: Table {
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

  // MARK: The claims

  private static func claims(on table: Table) -> [Claim] {
    let temperatures = table.numbers(in: "temperature").compactMap(\.self)
    func column(_ name: String) -> [Double] { table.numbers(in: name).compactMap(\.self) }
    func at(_ what: String, _ numbers: [Double], digits: Int) -> String {
      what + numbers.map { $0.text(digits: digits) }.joined(separator: ", ") + " at τ = "
        + temperatures.map { $0.text(digits: 3) }.joined(separator: ", ")
    }
    func quote(
      _ key: KeyPath<
        (temperature: Double, entropy: Double, accuracy: Double, topOne: Double), Double
      >
    ) -> String {
      "table 5: " + printed.map { $0[keyPath: key].text(digits: 3) }.joined(separator: ", ")
        + " at τ = " + printed.map { $0.temperature.text(digits: 3) }.joined(separator: ", ")
    }
    let (entropies, accuracies) = (column("entropy"), column("contrastiveAccuracy"))
    let neighbors = column("neighborAccuracy")
    let peak = Peak(of: neighbors, errors: column("neighborError"))
    return [
      Claim(
        "The entropy of the softmax over negatives rises with τ.", paper: .simCLR, quote(\.entropy),
        measured: at("", entropies, digits: 3),
        agrees: entropies.isRising),
      Claim(
        "Contrastive accuracy falls as τ rises.", paper: .simCLR, quote(\.accuracy),
        measured: at("", accuracies, digits: 3)
          + "; no rise by two standard errors, and a fall by more, asked for",
        agrees: accuracies.isFalling(errors: column("contrastiveError"))),
      Claim(
        "The best embeddings come of a temperature in between.", paper: .simCLR, quote(\.topOne),
        measured: at("neighbour accuracy ", neighbors, digits: 4),
        agrees: peak.isInside),
    ]
  }

  private func plots(of table: Table, ceiling: Double) -> [Plot] {
    let x = Axis("temperature τ", isLogarithmic: true)
    var entropy = Plot(
      name: "simclr-entropy", title: "Entropy over τ", x: x, y: Axis("entropy (nats)"))
    entropy.series = [
      Series("on digits", of: table, x: "temperature", y: "entropy", style: .linesAndPoints),
      Series(
        "SimCLR, table 5", of: Self.printedTable, x: "temperature", y: "entropy",
        style: .linesAndPoints),
    ]
    entropy.referenceLines = [
      .horizontal(at: ceiling, label: "all alike, on digits")
    ]
    var accuracy = Plot(
      name: "simclr-accuracy", title: "Contrastive accuracy, and what embeddings are worth, over τ",
      x: x, y: Axis("accuracy"))
    accuracy.series = [
      Series(
        "contrastive, on digits", of: table, x: "temperature", y: "contrastiveAccuracy",
        style: .linesAndPoints),
      Series(
        "contrastive, SimCLR", of: Self.printedTable, x: "temperature", y: "contrastiveAccuracy",
        style: .linesAndPoints),
      Series(
        "nearest neighbours, on digits", of: table, x: "temperature", y: "neighborAccuracy",
        style: .linesAndPoints),
      Series(
        "top-1, SimCLR", of: Self.printedTable, x: "temperature", y: "topOne",
        style: .linesAndPoints),
    ]
    return [entropy, accuracy]
  }
}
