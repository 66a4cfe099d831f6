import ArgumentParser
import Contrastive

/// Wang and Liu's study of the temperature: which negatives it makes a loss attend to, and what that
/// does to embeddings.
struct WangLiuReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "wang-liu",
    abstract: "Wang and Liu: a small temperature attends to the hardest negatives only.",
    discussion: """
      The weights of the gradient over negatives drawn at random, and encoders of digits trained by \
      MoCo's method at several temperatures.

      Example:
        Experiments reproduce wang-liu --seeds 5 --output results/wang-liu
      """)

  @Option(help: ArgumentHelp("How many negatives are drawn for a query.", valueName: "n"))
  var negatives = 4096

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Temperatures of training.", valueName: "numbers"))
  var temperatures = [NumberList<Double>([0.02, 0.05, 0.07, 0.1, 0.2, 0.3, 0.7, 1])]

  @Option(help: ArgumentHelp("Repeat with this many seeds, from 0.", valueName: "n"))
  var seeds = 5

  @Option(help: "How often training goes through the digits.")
  var epochs = 300

  @OptionGroup var digitOptions: DigitOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds), ("--epochs", epochs))
    try Self.requireTemperatures(temperatures, option: "--temperatures")
    guard negatives > 1 else {
      throw ValidationError("--negatives: expected at least 2, found \(negatives).")
    }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    var report = Report(
      title: "What the temperature attends to",
      explanation:
        "A negative's share of the gradient is r, a softmax over the negatives. A small τ "
        + "gives nearly all of it to the hardest ones, a large one the same to all. From that the paper "
        + "concludes that a small τ spreads embeddings evenly (uniformity) and tears alike samples apart "
        + "(tolerance), which is held against digits here. \(DigitBaselines.accuracyMeaning(testing: digitOptions.testDigits))"
    )
    try addWeights(to: &report)
    try addDigits(to: &report, progress: progress)
    return report
  }
}
