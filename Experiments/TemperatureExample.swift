import ArgumentParser
import Contrastive
import Foundation

/// What the temperature does to the loss of pairs that are separated as well as can be.
struct TemperatureExample: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "temperature-example",
    abstract: "Show why a contrastive loss needs a temperature: 4.94 at τ = 1, 4e-10 at 0.07.",
    discussion: """
      Example:
        Experiments temperature-example --negatives 65536 --temperatures 1 0.2 0.07

      One query with its positive at cosine 1 and K negatives at cosine −1, through the library's \
      InfoNCE, and checked against log(1 + K exp(−2/τ)).
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Numbers of negatives: 1023, as the article has it, and 1024, as MoCo.", valueName: "k"))
  var negatives = [NumberList([1023, 1024])]

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Temperatures τ.", valueName: "tau"))
  var temperatures = [NumberList([1, 0.07])]

  @Option(help: ArgumentHelp("The dimension of the embeddings.", valueName: "d"))
  var dimension = 128

  @Option(help: "The seed of the query's direction.")
  var seed: UInt64 = 0

  @Option(help: "The arithmetic.")
  var precision = Precision.double

  @OptionGroup var outputOptions: OutputOptions

  func report(progress: ProgressLine) throws -> Report {
    try checkCounts()
    let temperatures = try temperatures.numbers.map { value throws(ContrastiveError) in
      try Temperature(value, named: "--temperatures")
    }
    var table = Table(
      "temperature-example",
      columns: [
        Column("negatives", heading: "K"), Column("temperature", heading: "τ"),
        Column("scale", heading: "s = 1/τ"), Column("loss", format: .full),
        Column("naiveFloat32", heading: "naive Float32", format: .significant(8)),
        Column("positiveProbability", heading: "p positive", format: .significant(10)),
        Column("chance"), Column("feasibleFloor", heading: "floor in a batch"),
      ])
    var largestError = 0.0
    for (index, count) in negatives.numbers.enumerated() {
      progress.update("losses", index, of: negatives.numbers.count, "candidate sets")
      let losses =
        switch precision {
        case .float: try losses(negatives: count, at: temperatures, as: Float.self)
        case .double: try losses(negatives: count, at: temperatures, as: Double.self)
        }
      for (temperature, (loss, error)) in zip(temperatures, losses) {
        largestError = max(largestError, error)
        table.append(
          count, temperature.value, temperature.scale, loss,
          Self.naiveFloat32(negatives: count, temperature: Float(temperature.value)), exp(-loss),
          try CandidateSet.free(negatives: count).chance(),
          try Self.floorInBatch(negatives: count, temperature))
      }
    }
    return try report(table, largestError: largestError)
  }

  private func checkCounts() throws(ContrastiveError) {
    if dimension < 1 {
      throw .init(.init("--dimension"), .integer(found: dimension, expected: .positive))
    }
    // 2²⁷ numbers are a GiB in double precision.
    let largest = (1 << 27) / dimension
    if let count = negatives.numbers.first(where: { !(1...max(1, largest)).contains($0) }) {
      throw .init(
        .init("--negatives"), .integer(found: count, expected: .between(1, largest)))
    }
  }

  /// The losses of one query and its positive at the same point of the sphere against negatives
  /// at the opposite one, each with its relative distance from the closed form.
  ///
  /// A cosine of d products, of rows normalised with as many, is off by at most about (d + 4)ε;
  /// the difference of two is in the exponent, divided by τ, and the rest takes some roundings.
  /// What is below the least normal number may be lost: exp is flushed there.
  private func losses<Scalar: EmbeddingScalar>(
    negatives count: Int, at temperatures: [Temperature], as scalar: Scalar.Type
  ) throws -> [(loss: Double, error: Double)] {
    var generator = SeededGenerator(seed: seed)
    let query = UnitRows<Scalar>.random(rowCount: 1, columnCount: dimension, using: &generator)
      .matrix
    let opposite = Matrix<Scalar>(rowCount: count, columnCount: dimension) { -query[0, $1] }
    return try temperatures.map { temperature in
      let loss = Double(
        try InfoNCE(temperature: temperature)
          .value(queries: query, positives: query, negatives: .shared(opposite)))
      let expected = try CandidateSet.free(negatives: count).floor(temperature: temperature).value
      let tolerance =
        Double(Scalar.ulpOfOne) * (2 * Double(dimension + 4) * temperature.scale + 32)
      let lost = Double(count + 1) * Double(Scalar.leastNormalMagnitude)
      let difference = abs(loss - expected)
      guard difference <= tolerance * expected + lost else {
        throw CommandFailure(
          "the loss of \(count.words("negative")) at τ = \(temperature.value) is \(loss), but "
            + "log(1 + K exp(−2/τ)) is \(expected); this is a bug, please report it",
          status: .software)
      }
      return (loss, expected > lost ? difference / expected : 0)
    }
  }

  /// −log(e^{1/τ} / (e^{1/τ} + Σ e^{−1/τ})), term by term as it reads, in `Float`.
  static func naiveFloat32(negatives count: Int, temperature: Float) -> Float {
    let positive = exp(1 / temperature)
    var sum = positive
    for _ in 0..<count { sum += exp(-1 / temperature) }
    return -log(positive / sum)
  }

  private static func floorInBatch(
    negatives count: Int, _ temperature: Temperature
  ) throws(ContrastiveError) -> Double {
    try CandidateSet.inBatch(size: count + 1).floor(temperature: temperature).value
  }

  private func report(_ table: Table, largestError: Double) throws -> Report {
    var report = Report(
      title: "Why a contrastive loss needs a temperature",
      explanation: "One query, its positive at the same point of the sphere, and K negatives at "
        + "the opposite point: no embeddings are separated better. The loss in nats, "
        + "log(1 + K e^(−2/τ)), is what is left all the same.",
      tables: [table])
    let columns = ["temperature", "loss", "chance", "feasibleFloor"].map(table.numbers(in:))
    report.notes = temperatures.numbers.indices.compactMap { row in
      let numbers = columns.compactMap { $0[row]?.text(digits: 3) }
      guard numbers.count == columns.count else { return nil }
      return
        "τ = \(numbers[0]): no training brings \(negatives.numbers[0].words("negative")) below "
        + "\(numbers[1]) (chance is \(numbers[2])). In a batch the negatives are queries too and "
        + "cannot all be opposite to each other: there the floor is \(numbers[3])."
    }
    report.notes.append(
      "Naive Float32 is −log(e^(1/τ) / (e^(1/τ) + Σ e^(−1/τ))) as it reads; once the quotient "
        + "rounds to 1 it is 0, the article's “literally 0.0”, and gradients computed so vanish.")
    report.notes.append(
      "All losses agree with the closed form to \(largestError.text(digits: 2)) (relative).")
    report.plots = try [
      plot(of: table, isLogarithmic: false), plot(of: table, isLogarithmic: true),
    ]
    report.result = [
      "rows": table, "dimension": dimension, "precision": precision.rawValue,
      "largestRelativeError": largestError,
    ]
    return report
  }

  /// The floors over τ and the computed losses, for the first number of negatives.
  private func plot(of table: Table, isLogarithmic: Bool) throws -> Plot {
    let count = negatives.numbers[0]
    let ends = temperatures.numbers + [0.02, 10]
    let grid = try ((ends.min() ?? 0.02)...(ends.max() ?? 10)).logarithmicGrid(count: 200)
      .map { value throws(ContrastiveError) in try Temperature(value) }
    let set = CandidateSet.free(negatives: count)
    var plot = Plot(
      name: isLogarithmic ? "temperature-floors-log" : "temperature-floors",
      title: "The least loss there is",
      subject: "one positive at cosine 1, \(count.words("negative")) at −1",
      x: Axis("temperature τ", isLogarithmic: true),
      y: Axis(
        "loss (nats)", isLogarithmic: isLogarithmic,
        range: isLogarithmic ? 1e-15...20 : nil))
    plot.series = try [
      Series(
        "floor in a batch",
        points: grid.map { ($0.value, try Self.floorInBatch(negatives: count, $0)) }),
      Series(
        "floor of free negatives",
        points: grid.map { ($0.value, try set.floor(temperature: $0).value) }),
      Series(
        "computed",
        points: zip(temperatures.numbers, table.numbers(in: "loss")).map { ($0, $1) },
        style: .points),
    ]
    plot.referenceLines =
      [.horizontal(at: try set.chance(), label: "chance, log \(count + 1)")]
      + temperatures.numbers.map { .vertical(at: $0, label: "τ = \($0.text(digits: 3))") }
    return plot
  }
}
