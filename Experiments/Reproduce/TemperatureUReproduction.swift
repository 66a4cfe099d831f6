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

  /// MoCo v2's ablation, with its MLP head: linear accuracy on ImageNet.
  private static let printed = [
    (0.07, 62.9), (0.1, 64.9), (0.2, 66.2), (0.3, 65.7), (0.4, 65.0), (0.5, 64.3),
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
    if let interruption = report.interruption {
      throw CommandFailure("interrupted \(interruption)", status: .interrupted)
    }
    let means = report.table("train-sweep-means")
    report.claims = [Self.claim(on: means)]
    return report
  }

  private static func claim(on means: Table) -> Claim {
    let values = means.numbers(in: "temperature").compactMap(\.self)
    let recalls = means.numbers(in: "recallAt1").compactMap(\.self)
    let errors = zip(means.numbers(in: "recallAt1Deviation"), means.numbers(in: "seeds")).map {
      ($0 ?? 0) / ($1 ?? 1).squareRoot()
    }
    func list(_ numbers: [Double], digits: Int) -> String {
      numbers.map { $0.text(digits: digits) }.joined(separator: ", ")
    }
    let peak = Peak(of: recalls, errors: errors, margin: margin)
    return Claim(
      "Embeddings are best at a temperature in between, and worse towards both ends.",
      paper: .moCoV2,
      "table of τ, with an MLP head: \(list(printed.map(\.1), digits: 3)) at τ = "
        + "\(list(printed.map(\.0), digits: 2)); Wang & Liu 2021 call it a reverse U",
      measured: "recall@1 \(list(recalls, digits: 3)) at τ = \(list(values, digits: 3)): best at "
        + "\(values[peak.index].text(digits: 3)); \(margin.text(digits: 2)) above both ends asked for",
      agrees: peak.isInside)
  }
}
