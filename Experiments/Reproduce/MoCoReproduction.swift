import ArgumentParser
import Contrastive
import Foundation

/// MoCo's ablation of its momentum: without it training fails.
struct MoCoReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "moco",
    abstract: "MoCo on digits: the queue needs keys of an encoder that changes slowly.",
    discussion: """
      The paper's table says “fail” at m = 0. Here that is measured as the training loss of the last \
      epoch, in nats: to fail is to end within 0.2 of log(K + 1), the loss of an encoder that tells \
      nothing apart.

      Example:
        Experiments reproduce moco --momentum 0,0.9,0.99 --output results/moco
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Momenta m of the key encoder.", valueName: "numbers"))
  var momentum = [NumberList<Double>([0, 0.5, 0.9, 0.99, 0.999])]

  @Option(help: ArgumentHelp("The temperature τ.", valueName: "τ"))
  var temperature = 0.07

  @Option(help: ArgumentHelp("Repeat with this many seeds, from 0.", valueName: "n"))
  var seeds = 3

  @Option(help: "How often training goes through the digits.")
  var epochs = 100

  @OptionGroup var outputOptions: OutputOptions

  /// How near to chance a loss is that has not come down, in nats.
  private static let margin = 0.2

  /// MoCo's ablation of m, with 4096 keys: linear accuracy on ImageNet.
  private static let printed = "0 fail, 0.9 55.2, 0.99 57.8, 0.999 59.0, 0.9999 58.9"

  /// What came of one momentum.
  private struct Outcome: Sendable {
    let momentum: Double
    let runs: [(training: DigitMoCo.Outcome, scores: DigitScores)]

    var finalLosses: [Double] { runs.map { $0.training.losses.last ?? .nan } }
    var neighborAccuracies: [Double] { runs.map(\.scores.neighborAccuracy) }
  }

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    if let wrong = momentum.numbers.first(where: { !(0...1).contains($0) }) {
      throw ValidationError("--momentum: expected numbers from 0 to 1, found \(wrong).")
    }
    guard (try? Temperature(temperature)) != nil else {
      throw ValidationError("--temperature: expected a positive number, found \(temperature).")
    }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let (training, test) = try Digits.load()
    let tau = try Temperature(temperature)
    let moco = DigitMoCo(temperature: tau, seed: 0, epochs: epochs)
    let results = try Self.train(
      at: momentum.numbers, seeds: seeds, epochs: epochs, progress: progress
    ) { momentum, seed, tally in
      var moco = moco
      (moco.momentum, moco.seed) = (momentum, seed)
      let outcome = try moco.train(on: training, tally: tally)
      return (outcome, try DigitScores(outcome.encoder, training: training, test: test))
    }
    let outcomes = zip(momentum.numbers, results).map {
      Outcome(
        momentum: $0, runs: $1.map { (training: $0.0, scores: $0.1) })
    }
    let queueCapacity = moco.queueCapacity
    let chance = try CandidateSet.free(negatives: queueCapacity).chance()
    let table = Self.table(of: outcomes)
    var report = Report(
      title: "Why MoCo's key encoder follows slowly",
      explanation: "MoCo on \(training.labels.count) digits with a queue of \(queueCapacity) keys "
        + "at τ = \(temperature.text(digits: 3)), for \(epochs) epochs, and several momenta m. Keys "
        + "in the queue come of the encoder of some steps ago. If it moves fast, positives are told "
        + "from negatives by their age, and the way out is to tell nothing apart: the loss goes to "
        + "chance, log \(queueCapacity + 1) = \(chance.text(digits: 4)), and all embeddings to one "
        + "point (uniformity 0).",
      tables: [table])
    report.claims = Self.claims(outcomes, chance: chance)
    report.plots = [Self.lossPlot(outcomes, chance: chance), Self.accuracyPlot(outcomes)]
    report.result = ["chance": chance, "rows": table]
    return report
  }

  private static func table(of outcomes: [Outcome]) -> Table {
    var table = Table(
      "moco",
      columns: [
        Column("momentum", heading: "m"), Column("seed"),
        Column("loss", heading: "loss of the last epoch", unit: "nats"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
        Column("neighborAccuracy", heading: "neighbour accuracy"),
        Column("uniformity", heading: "uniformity (t = 2)"),
      ])
    for outcome in outcomes {
      for (seed, run) in outcome.runs.enumerated() {
        table.append(
          outcome.momentum, seed, run.training.losses.last, run.training.accuracies.last,
          run.scores.neighborAccuracy, run.scores.uniformity)
      }
    }
    return table
  }

  // MARK: The claims

  private static func claims(_ outcomes: [Outcome], chance: Double) -> [Claim] {
    func list(_ numbers: [Double], digits: Int = 4) -> String {
      numbers.map { $0.text(digits: digits) }.joined(separator: ", ")
    }
    var claims: [Claim] = []
    if let without = outcomes.first(where: { $0.momentum == 0 }) {
      claims.append(
        Claim(
          "Without momentum, m = 0, training fails.", paper: .moCo, "ablation of m: \(printed)",
          measured: "the loss ends at \(list(without.finalLosses)) nats, with chance at "
            + "\(chance.text(digits: 4)); within \(margin.text(digits: 2)) of it is a failure",
          agrees: without.finalLosses.allSatisfy { abs($0 - chance) <= margin }))
    }
    let slow = outcomes.filter { $0.momentum >= 0.99 && $0.momentum < 1 }
    guard !slow.isEmpty else { return claims }
    claims.append(
      Claim(
        "With m from 0.99 on it learns.", paper: .moCo, "ablation of m: \(printed)",
        measured: "at m = \(list(slow.map(\.momentum))) the loss ends at "
          + "\(list(slow.map(\.finalLosses.mean))), and the nearest neighbours are right in "
          + list(slow.map(\.neighborAccuracies.mean)),
        agrees: slow.allSatisfy { $0.finalLosses.allSatisfy { $0 < chance - 1 } }))
    if let fast = outcomes.first(where: { $0.momentum == 0.9 }) {
      let best = slow.map(\.neighborAccuracies.mean).max() ?? .nan
      claims.append(
        Claim(
          "With m = 0.9 embeddings are worse than with a larger m.", paper: .moCo,
          "ablation of m: \(printed)",
          measured: "neighbour accuracy \(list([fast.neighborAccuracies.mean])) at m = 0.9, and up "
            + "to \(list([best])) at a larger one; here, with a queue of eight batches, 0.9 ends at "
            + "a loss of \(list([fast.finalLosses.mean]))",
          agrees: fast.neighborAccuracies.mean < best))
    }
    return claims
  }

  // MARK: The figures

  private static func lossPlot(_ outcomes: [Outcome], chance: Double) -> Plot {
    var plot = Plot(
      name: "moco-loss", title: "The training loss with each momentum, one seed",
      x: Axis("epoch"), y: Axis("loss (nats)"))
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

  private static func accuracyPlot(_ outcomes: [Outcome]) -> Plot {
    var plot = Plot(
      name: "moco-accuracy", title: "What the embeddings are worth with each momentum",
      x: Axis("momentum m", tickLabels: outcomes.map { $0.momentum.text(digits: 4) }),
      y: Axis("accuracy of nearest neighbours", range: 0...1))
    plot.series = [
      Series(
        "mean of all seeds",
        points: outcomes.enumerated().map { (Double($0), $1.neighborAccuracies.mean) },
        style: .bars)
    ]
    return plot
  }
}
