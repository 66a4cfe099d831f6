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
      The paper's table says “fail” at m = 0. Here that is measured by the training loss, whether it ends \
      above where it began once the queue held the encoder's keys; and what encoders are worth stands beside what learnt nothing.

      Example:
        Experiments reproduce moco --momentum 0,0.9,0.99 --output results/moco
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Momenta m of the key encoder.", valueName: "numbers"))
  var momentum = [NumberList<Double>([0, 0.9, 0.99, 0.999])]

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
  var epochs = 300

  @OptionGroup var digitOptions: DigitOptions
  @OptionGroup var outputOptions: OutputOptions

  /// How many steps a training takes.
  var stepCount: Int { epochs * DigitMoCo.stepsPerEpoch }

  /// How many epochs it takes until no key is left that the queue began with.
  var prefilledEpochs: Int {
    let keysPerEpoch = DigitMoCo.stepsPerEpoch * DigitMoCo.defaultBatchSize
    return (queue + keysPerEpoch - 1) / keysPerEpoch
  }

  /// The first epoch whose negatives all come of the encoder, or the last if there is none: random ones are easier, and
  /// their loss too low.
  var firstEpoch: Int { min(prefilledEpochs + 1, epochs) }

  /// What training goes by, besides its seed.
  struct Setting: Sendable {
    let learningRate: Double
    let momentum: Double
  }

  /// What came of one learning rate and momentum.
  struct Outcome: Sendable {
    let learningRate: Double
    let momentum: Double

    /// The first epoch without random keys.
    let firstEpoch: Int

    let runs: [(training: DigitMoCo.Outcome, scores: DigitScores)]

    var losses: LossCourses { LossCourses(runs.map(\.training.losses)) }

    /// Of every seed.
    var firstLosses: [Double] { losses.losses(ofEpoch: firstEpoch) }
    var finalLosses: [Double] { losses.last }

    func share(_ task: DigitTask, among keys: DigitKeys = .plain) -> TestShare {
      task.share(runs.map(\.scores), among: keys)
    }
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
    let exam = try digitOptions.exam()
    let training = exam.training
    let tau = try Temperature(temperature)
    let settings = learningRates.numbers.flatMap { rate in
      momentum.numbers.map { Setting(learningRate: rate, momentum: $0) }
    }
    let results = try Self.train(
      at: settings, seeds: seeds, epochs: epochs, progress: progress
    ) { setting, seed, tally in
      var moco = DigitMoCo(
        temperature: tau, momentum: setting.momentum, seed: seed, epochs: epochs)
      (moco.learningRate, moco.queueCapacity) = (setting.learningRate, queue)
      let outcome = try moco.train(on: training, tally: tally)
      return (outcome, try exam.scores { try outcome.encoder($0) })
    }
    let outcomes = zip(settings, results).map { setting, runs in
      Outcome(
        learningRate: setting.learningRate, momentum: setting.momentum, firstEpoch: firstEpoch,
        runs: runs.map { (training: $0.0, scores: $0.1) })
    }
    let chance = try CandidateSet.free(negatives: queue).chance()
    let baselines = try DigitBaselines(exam, seeds: seeds)
    let table = Self.table(of: outcomes)
    var report = Report(
      title: "What MoCo's momentum does",
      explanation:
        "MoCo on \(training.labels.count.words("digit")) with a queue of \(queue.words("key")) "
        + "at τ = \(temperature.text(digits: 3)), for \(epochs.words("epoch")), and several momenta m and learning rates η. "
        + "\(Digits.source) Keys "
        + "in the queue come of the encoder of some steps ago; that they do not fit together where it moves "
        + "fast is the paper's hypothesis of why training fails then, and was not measured. Chance is "
        + "log \(queue + 1) = \(chance.text(digits: 4)), the loss of an encoder to which all "
        + "candidates are alike. Trained is an MLP of 64, 256 and 32 units by Adam, in batches of "
        + "\(DigitMoCo.defaultBatchSize), \(stepCount.words("step")) in \(epochs.words("epoch")). The queue begins with random rows, which are easy to tell "
        + "from a query's key: until they are replaced, in \(prefilledEpochs == 1 ? "the first epoch" : "the first \(prefilledEpochs.words("epoch"))"), the loss is too low. \(DigitMoCo.queueMeaning(queue)) \(DigitBaselines.accuracyMeaning(testing: digitOptions.testDigits)) The paper's is \(DigitScores.insteadOfLinear).",
      tables: [Self.means(of: outcomes), table, baselines.table])
    report.claims = claims(outcomes, chance: chance, baselines: baselines)
    report.finding = finding(outcomes, chance: chance, baselines: baselines)
    report.plots =
      learningRates.numbers.enumerated().map { index, rate in
        lossPlot(
          outcomes.filter { $0.learningRate == rate }, rate, index: index, chance: chance,
          digits: training.labels.count)
      } + [accuracyPlot(outcomes, baselines: baselines, digits: training.labels.count)]
    report.attachments = [
      baselines.digitTable("moco-test-digits", of: Self.encoders(outcomes))
    ]
    report.result = ["chance": chance, "rows": table]
    return report
  }

  private static func table(of outcomes: [Outcome]) -> Table {
    var table = Table(
      "moco", title: "Every seed",
      columns: [
        Column("learningRate", heading: "η"), Column("momentum", heading: "m"), Column("seed"),
        Column(
          "firstLoss", heading: "loss of epoch \(outcomes.first?.firstEpoch ?? 1)", unit: "nats"),
        Column("loss", heading: "loss of the last epoch", unit: "nats"),
        Column("contrastiveAccuracy", heading: "contrastive accuracy"),
      ] + DigitBaselines.scoreColumns)
    for outcome in outcomes {
      for ((seed, run), first) in zip(outcome.runs.enumerated(), outcome.firstLosses) {
        let head: [(any JSONRepresentable)?] = [
          outcome.learningRate, outcome.momentum, seed, first, run.training.losses.last,
          run.training.accuracies.last,
        ]
        table.append(row: head + DigitBaselines.cells(of: run.scores))
      }
    }
    return table
  }

  private static func means(of outcomes: [Outcome]) -> Table {
    func error(_ name: String) -> Column { Column(name, heading: "±", format: .significant(2)) }
    var table = Table(
      "moco-means", title: "Means of \((outcomes.first?.runs.count ?? 0).words("seed")) ± 95 %",
      columns: [
        Column("learningRate", heading: "η"), Column("momentum", heading: "m"),
        Column("loss", unit: "nats"), error("lossError"),
      ] + DigitBaselines.meanColumns)
    for outcome in outcomes {
      let loss = Estimate(meanOf: outcome.finalLosses)
      let numbers: [Double?] =
        [outcome.learningRate, outcome.momentum, loss.value, loss.knownHalfWidth]
        + DigitBaselines.meanCells(of: outcome.runs.map(\.scores))
      table.append(row: numbers)
    }
    return table
  }
}
