import ArgumentParser
import Contrastive
import ContrastiveTraining

/// The inverted U: of all temperatures one in between trains the best embeddings.
struct TemperatureUReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "temperature-u",
    abstract: "The inverted U over τ, of adapters trained on real sentence embeddings.",
    discussion: """
      The report of `train sweep` on the bundled pairs, of which the last 1000 test, as claims. Some of \
      the temperatures are trained for \(Self.longer) times as long too, and canonical correlation in closed \
      form stands beside all.

      Example:
        Experiments reproduce temperature-u --seeds 3 --output results/temperature-u
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Temperatures.", valueName: "numbers"))
  var temperatures = [NumberList<Double>([0.005, 0.01, 0.02, 0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 1])]

  @Option(help: ArgumentHelp("How many seeds, from 1 on.", valueName: "n"))
  var seeds = 3

  @Option(help: ArgumentHelp("How often the training rows are gone through.", valueName: "n"))
  var epochs = 10

  @OptionGroup var outputOptions: OutputOptions

  /// How many times as long some of the temperatures are trained too, and which: those around the best, and
  /// most of the paper's.
  private static let longer = 4
  private static let longerTemperatures = [0.02, 0.05, 0.07, 0.1, 0.2, 0.5]
  private static let longerSeeds = 2

  /// Of canonical correlation, in units of the mean variance.
  private static let ridges = [0.01, 0.1, 1]

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(temperatures, option: "--temperatures")
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let sweep = try Self.sweep(temperatures.numbers, seeds: seeds, epochs: epochs)
    let trained = try Self.train(sweep, progress: progress)
    var report = sweep.report(of: trained)
    var courses = [Course(trained, epochs: epochs)]
    let values = Self.longerTemperatures.filter(temperatures.numbers.contains)
    if values.count > 1 {
      let longer = try Self.sweep(
        values, seeds: min(seeds, Self.longerSeeds), epochs: Self.longer * epochs)
      let trained = try Self.train(longer, progress: progress)
      let table = Self.longerTable(longer.report(of: trained), epochs: Self.longer * epochs)
      report.tables.append(table)
      report.result.add("longer", table)
      courses.append(Course(trained, epochs: Self.longer * epochs))
    }
    let (canonical, ranks) = try Self.canonical(of: sweep)
    report.tables.append(canonical)
    report.result.add("canonical", canonical)
    let baselines = Baselines(
      untrained: Self.share([trained.before.ranks]),
      canonical: ranks.map { Self.share([$0.ranks]) },
      ridges: Self.ridges)
    report.claims = Self.claims(on: courses, baselines)
    report.finding = Self.finding(on: courses, baselines)
    return report
  }

  private static func sweep(
    _ temperatures: [Double], seeds: Int, epochs: Int
  ) throws -> TrainSweep {
    try TrainSweep.parse([
      "--temperatures", NumberList(temperatures).description, "--seeds", "\(seeds)",
      "--epochs", "\(epochs)", "--test-rows", "1000",
    ])
  }

  private static func train(
    _ sweep: TrainSweep, progress: ProgressLine
  ) throws -> TrainSweep.Trained {
    let trained = try sweep.trained(keepsRanks: true, progress: progress)
    guard trained.outcomes.count == trained.runs.count else {
      // Not the sweep's words: it could go on later, and this cannot.
      throw CommandFailure(
        "after \(trained.outcomes.count) of \(trained.runs.count) runs; there are no results of a part of them",
        status: .interrupted)
    }
    return trained
  }

  /// Which queries find their own key before all others, of the ranks by several seeds.
  static func share(_ ranks: [[Double]]) -> TestShare {
    TestShare(ranks.map { $0.map { $0 <= 1 ? 1 : 0 } })
  }

  /// Some temperatures trained for longer: whether what is best stays where it is.
  private static func longerTable(_ report: Report, epochs: Int) -> Table {
    let all = report.table("train-sweep-means")
    var table = Table("temperature-u-longer", title: "For \(epochs) epochs", columns: all.columns)
    for row in all.rows { table.append(row: row) }
    return table
  }

  /// Canonical correlation of the rows that adapters are trained on, and what it does for the others.
  private static func canonical(
    of sweep: TrainSweep
  ) throws -> (table: Table, ranks: [RetrievalRanks]) {
    let data = try sweep.adapter.data()
    let sources = try sweep.adapter.pairOptions.sources(as: Double.self)
    let (queries, keys) = (sources.queries.matrix, sources.keys.matrix)
    let (train, test) = (0..<data.trainCount, data.testRows)
    let ranks = try ridges.map { ridge in
      try CanonicalCorrelation(queries: queries.rows(train), keys: keys.rows(train), ridge: ridge)
        .ranks(queries: queries.rows(test), keys: keys.rows(test))
    }
    var table = Table(
      "temperature-u-canonical", title: "Canonical correlation, in closed form",
      columns: [Column("ridge")] + RetrievalMetrics.columns)
    for (ridge, ranks) in zip(ridges, ranks) {
      table.append(row: [ridge] + RetrievalMetrics(ranks).cells)
    }
    return (table, ranks)
  }
}
