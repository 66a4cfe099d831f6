import ArgumentParser
import Contrastive

/// The inverted U: of all temperatures one in between trains the best embeddings.
struct TemperatureUReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "temperature-u",
    abstract: "The inverted U over τ, of adapters trained on real sentence embeddings.",
    discussion: """
      The report of `train sweep` on the bundled pairs, of which the last 1000 test, as claims.

      Example:
        Experiments reproduce temperature-u --seeds 3 --output results/temperature-u
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Temperatures.", valueName: "numbers"))
  var temperatures = [NumberList<Double>([0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])]

  @Option(help: ArgumentHelp("How many seeds, from 1 on.", valueName: "n"))
  var seeds = 3

  @Option(help: ArgumentHelp("How often the training rows are gone through.", valueName: "n"))
  var epochs = 10

  @OptionGroup var outputOptions: OutputOptions

  /// How much better than the ends the middle has to be: some ten standard errors of three seeds.
  private static let margin = 0.02

  /// MoCo v2's ablation: linear accuracy on ImageNet, without its MLP head and with it.
  private static let printed = [
    (0.07, 60.6, 62.9), (0.1, 60.7, 64.9), (0.2, 59.0, 66.2), (0.3, 58.2, 65.7), (0.4, 57.2, 65.0),
    (0.5, 56.4, 64.3),
  ]

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(temperatures, option: "--temperatures")
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    let sweep = try TrainSweep.parse([
      "--temperatures", NumberList(temperatures.numbers).description, "--seeds", "\(seeds)",
      "--epochs", "\(epochs)",
      "--test-rows", "1000",
    ])
    var report = try sweep.report(progress: progress)
    if report.interruption != nil {
      // Not the sweep's words: it could go on later, and this cannot.
      let done = report.attachments.first?.rows.count ?? 0
      let total = Set(temperatures.numbers).count * seeds
      throw CommandFailure(
        "after \(done) of \(total) runs; there are no results of a part of them",
        status: .interrupted)
    }
    let means = report.table("train-sweep-means")
    let before = try sweep.untrained()
    report.claims = Self.claims(on: means, before: before.recallAt1)
    report.finding = Self.finding(on: means, before: before.recallAt1)
    return report
  }

  // MARK: The claims

  private static func claims(on means: Table, before: Double) -> [Claim] {
    let values = means.numbers(in: "temperature").compactMap(\.self)
    let recalls = means.numbers(in: "recallAt1").compactMap(\.self)
    let errors = zip(means.numbers(in: "recallAt1Deviation"), means.numbers(in: "seeds")).map {
      ($0 ?? 0) / ($1 ?? 1).squareRoot()
    }
    let peak = Peak(of: recalls, errors: errors, margin: margin)
    let best = values[peak.index]
    let measured = "recall@1 \(list(recalls, digits: 3)) at τ = \(list(values, digits: 3))"
    let baseline = "the embeddings as they are, without training: \(before.text(digits: 3))"
    func printed(_ row: KeyPath<(Double, Double, Double), Double>) -> String {
      list(Self.printed.map { $0[keyPath: row] }, digits: 3) + " at τ = "
        + list(Self.printed.map(\.0), digits: 2)
    }
    let high = values.indices.filter { values[$0] >= 0.1 && values[$0] <= 0.5 }
    let fall = Trend(of: high.map { recalls[$0] }, errors: high.map { errors[$0] }, rising: false)
    return [
      Claim(
        "Without an MLP head accuracy is best at τ = 0.1 and falls from there to 0.5.",
        paper: .moCoV2, "table of τ, row “w/o MLP”: its head is linear, as the adapters here",
        quote: printed(\.1), evidence: .training, measured: measured, baseline: baseline,
        criterion:
          "a fall by two standard errors at every step; the best at 0.1, or not to be told "
          + "from it by two standard errors",
        settled: .changed("until then the row with an MLP head was held against linear adapters"),
        verdict: Verdict(
          parts: [
            (
              "best at 0.1, or as good",
              peak.isIn(0.1...0.1, of: values)
            )
          ]
            + fall.parts(
              settings: high.map { values[$0].text(digits: 3) }, expected: "falls",
              opposite: "rises"))),
      Claim(
        "Embeddings are best at a temperature in between, 0.2, and worse towards both ends.",
        paper: .moCoV2, "table of τ, row “w/ MLP”", quote: printed(\.2), evidence: .training,
        measured: "\(measured): best at \(best.text(digits: 3))", baseline: baseline,
        criterion:
          "inside: above both ends by \(margin.text(digits: 2)) and two standard errors. At "
          + "0.2: there, or not to be told from it",
        settled: .after,
        verdict: Verdict(parts: [
          ("a temperature in between is best", peak.isInside && recalls[peak.index] > before),
          (
            "best at 0.2",
            peak.isIn(0.2...0.2, of: values)
          ),
        ])),
    ]
  }

  private static func finding(on means: Table, before: Double) -> String {
    let values = means.numbers(in: "temperature").compactMap(\.self)
    let recalls = means.numbers(in: "recallAt1").compactMap(\.self)
    guard let best = recalls.indices.max(by: { recalls[$0] < recalls[$1] }) else { return "" }
    return "Adapters on sentence embeddings are best when trained at τ = \(values[best]): recall@1 "
      + "\(recalls[best].text(digits: 3)), from \(before.text(digits: 3)) untrained, and "
      + "\(recalls[0].text(digits: 3)) and \(recalls[recalls.count - 1].text(digits: 3)) at the ends "
      + "of the grid."
  }

  private static func list(_ numbers: [Double], digits: Int) -> String {
    numbers.map { $0.text(digits: digits) }.joined(separator: ", ")
  }
}
