import ArgumentParser
import Contrastive

/// NormFace's lower bound: its figure, its numbers, and embeddings trained down onto it.
struct LossFloor: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss-floor",
    abstract: "Reproduce NormFace's lower bound of the softmax loss, and train down onto it.",
    discussion: """
      Example:
        Experiments loss-floor --classes 10 1000 10575 --scale 1 4 16 30 --output results/floor
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Numbers of classes in the figure.", valueName: "n"))
  var classes = [NumberList([2, 10, 100, 1000, 10_000, 100_000])]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Scales s = ℓ² = 1/τ in its table.", valueName: "s"))
  var scale = [NumberList<Double>([1, 2, 4, 8, 16, 32])]

  @Option(help: "The seed of the points that are trained.")
  var seed: UInt64 = 0

  @OptionGroup var outputOptions: OutputOptions

  func report(progress: ProgressLine) throws -> Report {
    let (figure, rows): (grid: Table, rows: Table)
    do {
      (figure, rows) = try figureTables()
    } catch let error as ContrastiveError {
      throw error.renamed { ArgumentNames(of: self)[$0] }
    }
    let quoted = try Self.quotedTable()
    let (optimised, plot) = try optimise(progress)
    var report = Report(
      title: "The floor under the softmax loss",
      explanation: "With features and class weights on a sphere, the loss of n balanced classes "
        + "is at least log(1 + (n−1) e^(−s n/(n−1))), s = ℓ² = 1/τ (NormFace, proposition 2). "
        + "At s = 1 that is, of many classes, nearly chance: a scale of 20 to 30 is ample.",
      tables: [figure, quoted, optimised])
    report.notes = [
      "The points are free vectors trained by this library's gradients. The bound is theirs to "
        + "reach from n − 1 dimensions, where a regular simplex fits; with fewer it holds and "
        + "nothing comes down to it. Descent stops at a vanishing gradient or after "
        + "\(Self.maximumStepCount) steps."
    ]
    report.plots = [try figurePlot(), plot]
    if optimised.rows.count < Self.problems.count {
      report.interruption =
        "after \(optimised.rows.count) of \(Self.problems.count) descents; the results are of these"
    }
    report.result = ["figure": rows, "quoted": quoted, "optimised": optimised]
    return report
  }

  // MARK: Figure 5

  /// The bound as a grid to read, and as rows of one value each.
  func figureTables() throws -> (grid: Table, rows: Table) {
    let temperatures = try scale.numbers.map { value throws(ContrastiveError) in
      try Temperature(scale: value)
    }
    var grid = Table(
      "loss-floor", title: "The bound in nats",
      columns: [Column("classes", heading: "n"), Column("chance")]
        + scale.numbers.map { Column("s = \($0.text(digits: 6))") }
        + [Column("scaleForFloor", heading: "s for 0.01")])
    var rows = Table(
      "loss-floor-figure", columns: [Column("classes"), Column("scale"), Column("bound")])
    for count in classes.numbers {
      let set = CandidateSet.classes(count)
      let bounds = try temperatures.map { temperature throws(ContrastiveError) in
        try set.floor(temperature: temperature).value
      }
      let chance = try set.chance()
      grid.append(
        row: [count, chance] + bounds
          + [chance > 0.01 ? try set.temperature(reachingFloor: 0.01).scale : nil])
      for (scale, bound) in zip(scale.numbers, bounds) { rows.append(count, scale, bound) }
    }
    return (grid, rows)
  }

  func figurePlot() throws -> Plot {
    var plot = Plot(
      name: "loss-floor-figure", title: "The lower bound of the softmax loss",
      subject: "n balanced classes: NormFace, figure 5",
      x: Axis("scale s = ℓ² = 1/τ"), y: Axis("lower bound (nats)"))
    let scales = (0...(scale.numbers.max() ?? 1)).grid(count: 161)
    plot.series = try classes.numbers.map { count throws(ContrastiveError) in
      let set = CandidateSet.classes(count)
      return Series(
        "n = \(count)",
        points: try scales.map { scale throws(ContrastiveError) in
          // At s = 0 nothing is told apart.
          scale > 0
            ? (scale, try set.floor(temperature: Temperature(scale: scale)).value)
            : (0, try set.chance())
        })
    }
    return plot
  }

  // MARK: The numbers in the text

  static func quotedTable() throws -> Table {
    var table = Table(
      "loss-floor-quoted", title: "Quoted in NormFace §3.3, at s = 1",
      columns: [
        Column("what", heading: ""), Column("classes", heading: "n"), Column("printed"),
        Column("value", heading: "ours", format: .significant(10)), Column("agrees"),
      ])
    func add(_ what: String, _ classes: Int, _ printed: PrintedNumber, _ value: Double) {
      table.append(what, classes, printed, value, printed.agrees(with: value))
    }
    for (count, printed) in [(10, "0.45"), (1000, "0.007")] as [(Int, PrintedNumber)] {
      let antipodal = try CandidateSet.classes(count).value(of: .antipodal, temperature: 1)
      add("e/(e + (n−1)/e), probability", count, printed, antipodal.positiveProbability)
    }
    let webFace = CandidateSet.classes(10_575)
    add("CASIA-WebFace, chance", 10_575, "9.27", try webFace.chance())
    add("CASIA-WebFace, bound", 10_575, "8.27", try webFace.floor(temperature: 1).value)
    return table
  }

  // MARK: The proof by doing

  private static let maximumStepCount = 500

  /// Dimensions where the simplex of ten points fits and where it does not, each at three scales.
  static let problems: [(dimension: Int, scale: Double)] = [9, 8, 5, 4].flatMap { dimension in
    [1, 2, 4].map { (dimension, $0) }
  }

  /// Trains ten points, until all are or somebody wants it to end.
  private func optimise(_ progress: ProgressLine) throws -> (Table, Plot) {
    let count = 10
    var table = Table(
      "loss-floor-optimised", title: "\(count) points trained by gradient descent",
      columns: [
        Column("classes", heading: "n"), Column("dimension", heading: "d"),
        Column("scale", heading: "s"), Column("bound", format: .significant(10)),
        Column("loss", heading: "reached", format: .significant(10)),
        Column("relativeGap", heading: "above by", format: .significant(2)),
        Column("attainable"), Column("steps"), Column("converged"),
      ])
    var plot = Plot(
      name: "loss-floor-descent", title: "Points on their way down to the bound",
      subject: "\(count) free points in d dimensions",
      x: Axis(
        "step of gradient descent", isLogarithmic: true, range: 1...Double(Self.maximumStepCount)),
      y: Axis("loss − bound (nats)", isLogarithmic: true, range: 1e-14...1))
    for (index, (dimension, scale)) in Self.problems.enumerated() where !Interruption.isRequested {
      progress.update("descent", index, of: Self.problems.count, "runs")
      let temperature = try Temperature(scale: scale)
      let bound = try CandidateSet.classes(count)
        .floor(temperature: temperature, dimension: dimension)
      var descent = SphereDescent(
        pointCount: count, dimension: dimension, temperature: temperature, seed: seed)
      let isConverged = try descent.run(maximumStepCount: Self.maximumStepCount)
      let reached = descent.losses.last ?? .nan
      table.append(
        count, dimension, scale, bound.value, reached, reached / bound.value - 1,
        bound.isAttainable, descent.losses.count - 1, isConverged)
      plot.series.append(
        Series(
          "d = \(dimension), s = \(scale.text(digits: 3))",
          points: descent.losses.enumerated().map { (Double($0 + 1), $1 - bound.value) }))
    }
    return (table, plot)
  }
}
