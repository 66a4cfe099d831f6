import ArgumentParser
import Contrastive
import Foundation

/// Wang and Isola's optimum: what uniform embeddings score, and what many negatives converge to.
struct UniformityOptimumReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "uniformity-optimum",
    abstract: "Wang and Isola's optimum of uniformity, and the limit of many negatives.",
    discussion: """
      Example:
        Experiments reproduce uniformity-optimum --output results/uniformity
      """)

  @Option(help: ArgumentHelp("How many points are scattered, or queries asked.", valueName: "n"))
  var points = 4096

  @Option(help: "The seed of the points.")
  var seed: UInt64 = 0

  @OptionGroup var outputOptions: OutputOptions

  /// t of the uniformity loss; τ and the dimension of the limit of many negatives.
  private static let sharpness = 2.0
  private static let temperature: Temperature = 0.5
  static let dimension = 8

  /// How many sets of negatives there are of each number: what is bounded is an expectation.
  static let drawCount = 4

  func validate() throws {
    guard points > 1 else {
      throw ValidationError("--points: expected at least 2, found \(points).")
    }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let (scattered, trained) = (try scatter(), try train(progress))
    let limit = try approachLimit(progress)
    var report = Report(
      title: "The optimum of uniformity, and InfoNCE with many negatives",
      explanation: "Uniformity is log E exp(−t‖x − y‖²), t = 2. Its least value belongs to the "
        + "uniform distribution on the sphere, −2t + log ₀F₁(; d/2; t²), and points that are "
        + "trained near it as they become more. InfoNCE less log M converges with the number M of "
        + "negatives, to alignment and uniformity.",
      tables: [scattered, trained, limit])
    report.illustrations = illustrations(scattered, trained, limit)
    report.plots = plots(trained, limit)
    report.finding = Self.finding(trained, limit)
    report.result = ["scattered": scattered, "trained": trained, "negatives": limit]
    return report
  }

  /// Random points against the optimum, in several dimensions.
  private func scatter() throws -> Table {
    var table = Table(
      "uniformity-scattered", title: "\(points) random points",
      columns: [
        Column("dimension", heading: "d"),
        Column("optimum", unit: "nats", format: .significant(7)),
        Column("uniformity", unit: "nats", format: .significant(7)),
        Column("difference", format: .significant(2)),
        Column("standardError", heading: "standard error", format: .significant(2)),
      ])
    for dimension in [2, 3, 8, 64, 128] {
      var generator = SeededGenerator(seed: seed)
      let rows = UnitRows<Double>.random(
        rowCount: points, columnCount: dimension, using: &generator)
      let value = try Uniformity(t: Self.sharpness)
        .valueWithGradient(embeddings: rows, of: []).value
      let sphere = try UniformSphere(dimension: dimension)
      let optimum = try sphere.uniformityOptimum(t: Self.sharpness)
      // The mean potential over pairs is, on the sphere, uncorrelated from pair to pair: its
      // variance is that of one pair, E f² − (E f)², over their number.
      let square = try sphere.uniformityOptimum(t: 2 * Self.sharpness)
      let pairs = Double(points) * Double(points - 1) / 2
      let error = (expm1(square - 2 * optimum) / pairs).squareRoot()
      table.append(dimension, optimum, value, value - optimum, error)
    }
    return table
  }

  /// Points that go down the uniformity loss together, more and more of them.
  private func train(_ progress: ProgressLine) throws -> Table {
    var table = Table(
      "uniformity-trained", title: "Points trained to be uniform, in 3 dimensions",
      columns: [
        Column("points", heading: "n"), Column("optimum", unit: "nats", format: .significant(7)),
        Column(
          "uniformity", heading: "reached, with pairs i = j", unit: "nats", format: .significant(7)),
        Column("gap", heading: "above the optimum by", format: .significant(3)),
      ])
    let optimum = try UniformSphere(dimension: 3).uniformityOptimum(t: Self.sharpness)
    let counts = [4, 8, 16, 32, 64, 128]
    let tally = Tally("uniformity-optimum", of: counts.count, "sizes", progress: progress)
    let loss = try Uniformity(t: Self.sharpness)
    let values = try counts.mapInParallel { count in
      var descent = SphereDescent(pointCount: count, dimension: 3, seed: seed) {
        points throws(ContrastiveError) in
        let step = try loss.valueWithGradient(
          embeddings: points, options: ComputeOptions(threads: 1))
        guard let gradient = step.gradient.embeddings else {
          preconditionFailure("the gradient was asked for")
        }
        return (step.value, gradient)
      }
      try descent.run(maximumStepCount: 300)
      try tally.step()
      // A point's pair with itself has potential 1: then the optimum bounds every finite set.
      let n = Double(count)
      return log((1 + (n - 1) * exp(descent.losses.last ?? .nan)) / n)
    }
    for (count, value) in zip(counts, values) {
      table.append(count, optimum, value, value - optimum)
    }
    return table
  }

  /// InfoNCE of aligned, uniform embeddings against more and more negatives.
  private func approachLimit(_ progress: ProgressLine) throws -> Table {
    var table = Table(
      "uniformity-negatives",
      title:
        "Aligned, uniform queries in \(Self.dimension) dimensions, τ = \(Self.temperature.value)",
      columns: [
        Column("negatives", heading: "M"), Column("limit", unit: "nats", format: .significant(7)),
        Column("loss", heading: "L − log M", unit: "nats", format: .significant(7)),
        Column("distance", heading: "|L − log M − limit|", format: .significant(3)),
        Column("halfWidth", heading: "± 95 %", format: .significant(2)),
        Column(
          "deviation", heading: "mean of single queries' distances", format: .significant(3)),
      ])
    let limit = try UniformSphere(dimension: Self.dimension)
      .alignedLossLimit(temperature: Self.temperature)
    var generator = SeededGenerator(seed: seed)
    let counts = (2...7).map { 1 << (2 * $0) }
    let tally = Tally(
      "uniformity-optimum", of: counts.count, "numbers of negatives", progress: progress)
    for count in counts {
      func random(_ rowCount: Int) -> UnitRows<Double> {
        .random(rowCount: rowCount, columnCount: Self.dimension, using: &generator)
      }
      let draws = try (0..<Self.drawCount).map { _ in
        let queries = random(points)
        return try InfoNCE(temperature: Self.temperature).valueWithGradient(
          queries: queries, positives: queries, negatives: .shared(random(count)), of: [],
          diagnostics: .none
        ).terms.map { $0 - log(Double(count)) }
      }
      let value = Estimate(meanOf: draws.map(\.mean))
      table.append(
        count, limit, value.value, abs(value.value - limit), value.knownHalfWidth,
        draws.joined().map { abs($0 - limit) }.mean)
      try tally.step()
    }
    return table
  }

  private func plots(_ trained: Table, _ limit: Table) -> [Plot] {
    var points = Plot(
      name: "uniformity-trained-plot", title: "Trained points less the optimum",
      subject: "free points in 3 dimensions, t = 2",
      x: Axis("number of points n", isLogarithmic: true),
      y: Axis("uniformity − optimum (nats)", isLogarithmic: true))
    points.series = [
      Series("trained points", of: trained, x: "points", y: "gap", style: .linesAndPoints)
    ]
    var negatives = Plot(
      name: "uniformity-negatives-plot", title: "InfoNCE nears its limit",
      subject: "\(self.points) uniform queries in \(Self.dimension) dimensions, τ = 0.5",
      x: Axis("number of negatives M", isLogarithmic: true),
      y: Axis("distance from the limit (nats)", isLogarithmic: true))
    negatives.series = [
      Series(
        "L − log M", of: limit, x: "negatives", y: "distance", error: "halfWidth",
        style: .linesAndPoints),
      Series("single queries", of: limit, x: "negatives", y: "deviation", style: .linesAndPoints),
    ]
    let first = limit.numbers(in: "deviation")[0] ?? .nan
    let counts = limit.numbers(in: "negatives").compactMap(\.self)
    negatives.series.append(
      Series("M^(−1/2)", points: counts.map { ($0, first * (counts[0] / $0).squareRoot()) }))
    return [points, negatives]
  }
}
