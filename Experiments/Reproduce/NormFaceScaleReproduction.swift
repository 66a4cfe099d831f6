import ArgumentParser
import Contrastive
import Foundation

/// NormFace's scale: without it the loss of a network that is always right stays high.
struct NormFaceScaleReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "normface-scale",
    abstract:
      "NormFace on digits: the loss comes down towards the lower bound that the scale sets.",
    discussion: """
      Example:
        Experiments reproduce normface-scale --scales 1,2,4,8 --output results/normface-scale
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Scales s = 1/τ.", valueName: "numbers"))
  var scales = [NumberList<Double>([1, 2, 4, 8])]

  @Option(help: ArgumentHelp("Repeat with this many seeds, from 0.", valueName: "n"))
  var seeds = 3

  @Option(help: "How often training goes through the digits.")
  var epochs = 60

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(scales, option: "--scales")
  }

  /// What came of one scale, of all seeds.
  struct Outcome {
    let scale: Double
    let bound: Double
    let runs: [DigitNormFace.Outcome]

    var finals: [Double] { runs.map { $0.losses.last ?? .nan } }

    /// The share of training digits that are named rightly at the end, in per cent.
    var percentRight: Double { 100 * runs.map(\.accuracy).mean }

    /// How far above the bound the mean run begins, in nats.
    var startGap: Double { runs.map(\.start.loss).mean - bound }

    var epochs: Int { runs.first?.losses.count ?? 0 }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let training = try Digits.load().training
    let results = try Self.train(
      at: scales.numbers, seeds: seeds, epochs: epochs, progress: progress
    ) { scale, seed, tally in
      try DigitNormFace(scale: scale, seed: seed, epochs: epochs).train(on: training, tally: tally)
    }
    let outcomes = try zip(scales.numbers, results).map { scale, runs in
      Outcome(
        scale: scale,
        bound: try CandidateSet.classes(Digits.classCount)
          .floor(temperature: Temperature(scale: scale), dimension: 32).value,
        runs: runs)
    }
    let table = Self.table(of: outcomes)
    var report = Report(
      title: "What the scale does to NormFace's loss",
      explanation:
        "\(training.labels.count.words("digit")) of \(Digits.classCount) classes, an MLP "
        + "64-256-32, features and class weights normalised and multiplied by a fixed scale s. \(Digits.source)",
      tables: [table])
    report.claims = try Self.claims(outcomes, labels: training.labels)
    report.finding = Self.finding(outcomes)
    report.notes = [
      "The bound is proved for classes of equal size. Those of the digits are of \(Self.classSizes(training.labels)); "
        + "the balanced loss weighs each class alike, and is what the proof bounds."
    ]
    let subject = "\(training.labels.count.words("digit")) of \(Digits.classCount) classes"
    report.plots = [
      try Self.scalePlot(outcomes, subject: subject), Self.epochPlot(outcomes, subject: subject),
    ]
    report.result = ["rows": table]
    return report
  }

  private static func table(of outcomes: [Outcome]) -> Table {
    var table = Table(
      "normface-scale",
      columns: [
        Column("scale", heading: "s"), Column("seed"),
        Column("bound", unit: "nats", format: .significant(5)),
        Column("loss", heading: "training loss", unit: "nats", format: .significant(5)),
        Column("balancedLoss", heading: "balanced", unit: "nats", format: .significant(5)),
        Column("gap", heading: "above the bound", unit: "nats", format: .significant(2)),
        Column("accuracy", format: .significant(5)),
      ])
    for outcome in outcomes {
      for (seed, run) in outcome.runs.enumerated() {
        table.append(
          outcome.scale, seed, outcome.bound, run.losses.last, run.balancedLoss,
          outcome.finals[seed] - outcome.bound, run.accuracy)
      }
    }
    return table
  }

  // MARK: The figures

  private static func scalePlot(_ outcomes: [Outcome], subject: String) throws -> Plot {
    var plot = Plot(
      name: "normface-scale-bound", title: "Where training ends, over the scale",
      subject: subject,
      x: Axis("scale s = 1/τ", isLogarithmic: true), y: Axis("loss (nats)", isLogarithmic: true))
    let scales = outcomes.map(\.scale)
    let grid = ((scales.min() ?? 1) * 0.8...(scales.max() ?? 1) * 1.2).logarithmicGrid(count: 100)
    let set = CandidateSet.classes(Digits.classCount)
    plot.series = [
      Series(
        "lower bound",
        points: try grid.map { ($0, try set.floor(temperature: Temperature(scale: $0)).value) }),
      Series(
        "training loss",
        points: outcomes.flatMap { outcome in outcome.finals.map { (outcome.scale, $0) } },
        style: .points),
    ]
    return plot
  }

  private static func epochPlot(_ outcomes: [Outcome], subject: String) -> Plot {
    let seeds = outcomes.first?.runs.count ?? 0
    var plot = Plot(
      name: "normface-scale-epochs", title: "The loss on its way to the bound",
      subject: "\(subject), mean of \(seeds.words("seed"))\(seeds == 1 ? "" : " ± 95 %")",
      x: Axis("epoch"), y: Axis("loss (nats)", isLogarithmic: true))
    plot.series = outcomes.map { outcome in
      Series("s = \(outcome.scale.text(digits: 3))", courses: outcome.runs.map(\.losses))
    }
    plot.referenceLines = outcomes.map {
      .horizontal(at: $0.bound, label: "bound at s = \($0.scale.text(digits: 3))")
    }
    return plot
  }
}
