import ArgumentParser
import Contrastive
import ContrastiveTraining
import Foundation

/// MoCo's ablation of its momentum: without it training fails.
struct MoCoReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "moco",
    abstract: "MoCo on digits: the queue needs keys of an encoder that changes slowly.",
    discussion: """
      The paper's table says “fail” at m = 0. Here that is measured as the training loss of the last \
      epoch, in nats: within 0.2 nats of log(K + 1), the loss of an encoder to which all candidates are \
      alike; and as what the encoder is worth beside an untrained one. What is at m = 0 is trained for \(Self.longer) times as long too, by \(Self.longerSeeds) seeds.

      Example:
        Experiments reproduce moco --momentum 0,0.9,0.99 --output results/moco
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Momenta m of the key encoder.", valueName: "numbers"))
  var momentum = [NumberList<Double>([0, 0.5, 0.9, 0.99, 0.999])]

  @Option(help: ArgumentHelp("The temperature τ.", valueName: "τ"))
  var temperature = 0.07

  @Option(help: ArgumentHelp("How many keys the queue holds.", valueName: "K"))
  var queue = 1024

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Adam's learning rates.", valueName: "numbers"))
  var learningRates = [NumberList<Double>([1e-3, 3e-4])]

  @Option(help: ArgumentHelp("Repeat with this many seeds, from 0.", valueName: "n"))
  var seeds = 5

  @Option(help: "How often training goes through the digits.")
  var epochs = 100

  @OptionGroup var outputOptions: OutputOptions

  /// How many times as long m = 0 is trained too, to tell what fails from what is slow.
  static let longer = 3
  private static let longerSeeds = 3

  /// How many steps a training takes.
  var stepCount: Int { epochs * DigitMoCo.stepsPerEpoch }

  /// What training goes by, besides its seed.
  struct Setting: Sendable {
    let learningRate: Double
    let momentum: Double
  }

  /// What came of one learning rate and momentum.
  struct Outcome: Sendable {
    let learningRate: Double
    let momentum: Double
    let runs: [(training: DigitMoCo.Outcome, scores: DigitScores)]

    var finalLosses: [Double] { runs.map { $0.training.losses.last ?? .nan } }

    func share(_ task: DigitTask) -> TestShare { task.share(runs.map(\.scores)) }
  }

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs), ("--queue", queue))
    if let wrong = learningRates.numbers.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw ValidationError("--learning-rates: expected positive numbers, found \(wrong).")
    }
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
    let settings = learningRates.numbers.flatMap { rate in
      momentum.numbers.map { Setting(learningRate: rate, momentum: $0) }
    }
    func train(
      at settings: [Setting], seeds: Int, epochs: Int
    ) throws -> [Outcome] {
      let results = try Self.train(
        at: settings, seeds: seeds, epochs: epochs, progress: progress
      ) { setting, seed, tally in
        var moco = DigitMoCo(
          temperature: tau, momentum: setting.momentum, seed: seed, epochs: epochs)
        (moco.learningRate, moco.queueCapacity) = (setting.learningRate, queue)
        let outcome = try moco.train(on: training, tally: tally)
        return (
          outcome, try DigitScores(training: training, test: test) { try outcome.encoder($0) }
        )
      }
      return zip(settings, results).map { setting, runs in
        Outcome(
          learningRate: setting.learningRate, momentum: setting.momentum,
          runs: runs.map { (training: $0.0, scores: $0.1) })
      }
    }
    let outcomes = try train(at: settings, seeds: seeds, epochs: epochs)
    let withoutMomentum = settings.filter { $0.momentum == 0 }
    let longer =
      withoutMomentum.isEmpty
      ? []
      : try train(
        at: withoutMomentum, seeds: min(seeds, Self.longerSeeds), epochs: Self.longer * epochs)
    let chance = try CandidateSet.free(negatives: queue).chance()
    let baselines = try DigitBaselines(training: training, test: test, seeds: seeds)
    let table = Self.table(of: outcomes, name: "moco")
    let longerTable = Self.table(
      of: longer, name: "moco-longer", title: "m = 0, for \(Self.longer * epochs) epochs")
    var report = Report(
      title: "What MoCo's momentum does",
      explanation: "MoCo on \(training.labels.count) digits with a queue of \(queue) keys "
        + "at τ = \(temperature.text(digits: 3)), for \(epochs) epochs, and several momenta m and learning rates η. Keys "
        + "in the queue come of the encoder of some steps ago; that they do not fit together where it moves "
        + "fast is the paper's hypothesis of why training fails then, and was not measured. Chance is "
        + "log \(queue + 1) = \(chance.text(digits: 4)), the loss of an encoder to which all "
        + "candidates are alike. Trained is an MLP of 64, 256 and 32 units by Adam, in batches of "
        + "\(DigitMoCo.defaultBatchSize), \(stepCount) steps in all. \(DigitBaselines.accuracyMeaning) The paper's is \(DigitScores.insteadOfLinear).",
      tables: (longer.isEmpty ? [table] : [table, longerTable]) + [
        Self.means(of: outcomes), baselines.table,
      ])
    report.claims = claims(outcomes, longer: longer, chance: chance, baselines: baselines)
    report.finding = finding(outcomes, chance: chance, baselines: baselines)
    report.plots =
      learningRates.numbers.enumerated().map { index, rate in
        lossPlot(outcomes.filter { $0.learningRate == rate }, rate, index: index, chance: chance)
      } + [accuracyPlot(outcomes, baselines: baselines)]
    report.attachments = [
      baselines.digitTable("moco-test-digits", of: Self.encoders(outcomes))
    ]
    report.result = ["chance": chance, "rows": table, "longer": longerTable]
    return report
  }

  private static func table(of outcomes: [Outcome], name: String, title: String = "") -> Table {
    var table = Table(
      name, title: title,
      columns: [
        Column("learningRate", heading: "η"), Column("momentum", heading: "m"), Column("seed"),
        Column("loss", heading: "loss of the last epoch", unit: "nats"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
        Column("neighborAccuracy", heading: "accuracy"),
        Column("cleanAccuracy", heading: "digits as they are"),
        Column("uniformity", heading: "uniformity (t = 2)"),
      ])
    for outcome in outcomes {
      for (seed, run) in outcome.runs.enumerated() {
        table.append(
          outcome.learningRate, outcome.momentum, seed, run.training.losses.last,
          run.training.accuracies.last,
          run.scores.neighborAccuracy, run.scores.cleanAccuracy, run.scores.uniformity)
      }
    }
    return table
  }

  static func encoders(_ outcomes: [Outcome]) -> DigitBaselines.Encoders {
    DigitBaselines.Encoders(
      names: outcomes.map { "with \(name($0))" },
      scores: outcomes.map { $0.runs.map(\.scores) })
  }

  static func means(of outcomes: [Outcome]) -> Table {
    func error(_ name: String) -> Column { Column(name, heading: "±", format: .significant(2)) }
    var table = Table(
      "moco-means", title: "Means of \(outcomes.first?.runs.count ?? 0) seeds ± 95 %",
      columns: [
        Column("learningRate", heading: "η"), Column("momentum", heading: "m"),
        Column("loss", unit: "nats"), error("lossError"),
        Column("neighborAccuracy", heading: "accuracy"), error("neighborError"),
        Column("cleanAccuracy", heading: "digits as they are"), error("cleanError"),
      ])
    for outcome in outcomes {
      let estimates =
        [Estimate(meanOf: outcome.finalLosses)]
        + DigitTask.allCases.map { outcome.share($0).estimate }
      let numbers: [Double?] =
        [outcome.learningRate, outcome.momentum]
        + estimates.flatMap { [$0.value, $0.knownHalfWidth] }
      table.append(row: numbers)
    }
    return table
  }
}
