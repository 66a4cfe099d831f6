import ArgumentParser
import Contrastive
import ContrastiveTraining

/// The inverted U: of all temperatures one in between trains the best embeddings.
struct TemperatureUReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "temperature-u",
    abstract: "The inverted U over τ, of adapters trained on real sentence embeddings.",
    discussion: """
      The adapters of `train sweep` on the bundled pairs, of which the last 1000 test. Some of \
      the temperatures are trained for \(Self.longer) times as long too, and canonical correlation in closed \
      form stands beside all.

      Example:
        Experiments reproduce temperature-u --seeds 3 --output results/temperature-u
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Temperatures.", valueName: "numbers"))
  var temperatures = [
    NumberList<Double>([0.005, 0.01, 0.02, 0.05, 0.07, 0.1, 0.2, 0.3, 0.4, 0.5, 1])
  ]

  @Option(help: ArgumentHelp("How many seeds, from 1 on.", valueName: "n"))
  var seeds = 3

  @Option(help: ArgumentHelp("How often the training rows are gone through.", valueName: "n"))
  var epochs = 10

  @OptionGroup var outputOptions: OutputOptions

  /// How many times as long some of the temperatures are trained too, and which: those around the best, and
  /// the others of the paper.
  private static let longer = 4
  private static let longerTemperatures = [0.02, 0.05, 0.07, 0.1, 0.2, 0.3, 0.4, 0.5]
  private static let longerSeeds = 3

  /// Of canonical correlation, in units of the mean variance: down to where less of it makes things worse.
  private static let ridges = [1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.1, 1]

  /// Whose rows they are, for an explanation.
  private static let dataSource =
    "The rows are sentence embeddings by all-MiniLM-L6-v2: queries of the first sentence of a documented Python API, keys of "
    + "its dotted name, from CPython's standard library, NumPy, SciPy, scikit-learn, NetworkX, PyTorch, JAX, SymPy and optax."

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(temperatures, option: "--temperatures")
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let sweep = try Self.sweep(temperatures.numbers, seeds: seeds, epochs: epochs)
    let trained = try Self.train(sweep, progress: progress)
    var courses = [Course(trained, epochs: epochs)]
    let values = Self.longerTemperatures.filter(temperatures.numbers.contains)
    if values.count > 1 {
      let longer = try Self.sweep(
        values, seeds: min(seeds, Self.longerSeeds), epochs: Self.longer * epochs)
      courses.append(
        Course(try Self.train(longer, progress: progress), epochs: Self.longer * epochs))
    }
    let (canonical, ranks) = try Self.canonical(of: sweep)
    let baselines = Baselines(
      untrained: Self.share([trained.before.ranks]),
      canonical: ranks.map { Self.share([$0.ranks]) },
      ridges: Self.ridges)
    let adapter = sweep.adapter
    var report = Report(
      title: "Adapters of sentence embeddings, trained over temperatures",
      explanation:
        "How the \(trained.data.testRows.count) test rows find their keys after training a linear map of each side by "
        + "\(adapter.loss.rawValue) at τ, on \(trained.data.trainCount.words("row")) in batches of \(adapter.batchSize(trainCount: trained.data.trainCount)), by Adam at "
        + "\(adapter.stepSize.text(digits: 2)), for \(courses.map { $0.epochs.words("epoch") }.joined(separator: " and for ")). \(Self.dataSource) \(Self.errorMeaning).",
      tables: courses.map(\.table) + [canonical])
    report.attachments = courses.map(\.seedTable) + [Self.rowTable(courses, baselines)]
    let setting =
      "a linear map of each side of sentence embeddings by the loss \(adapter.loss.rawValue); in the paper ResNet-50 by MoCo on ImageNet"
    report.claims = Self.claims(on: courses, baselines, setting: setting)
    report.finding = Self.finding(on: courses, baselines)
    report.plots = [Self.plot(courses, baselines, subject: trained.data.subject)]
    report.result = [
      "untrained": baselines.untrained.mean, "means": courses[0].table,
      "longer": courses.dropFirst().first?.table, "canonical": canonical,
    ]
    report.addSample(trained.data.sample)
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
        "after \(trained.outcomes.count) of \(trained.runs.count.words("run")); there are no results of a part of them",
        status: .interrupted)
    }
    return trained
  }

  /// Which queries find their own key before all others, of the ranks by several seeds.
  static func share(_ ranks: [[Double]]) -> TestShare {
    TestShare(ranks.map { $0.map { $0 <= 1 ? 1 : 0 } })
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
