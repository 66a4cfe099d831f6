import ArgumentParser
import Contrastive

/// Wang and Liu's study of the temperature: which negatives it makes a loss attend to, and what that
/// does to embeddings.
struct WangLiuReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "wang-liu",
    abstract: "Wang and Liu: a small temperature attends to the hardest negatives only.",
    discussion: """
      The weights of the gradient over negatives drawn at random.

      Example:
        Experiments reproduce wang-liu --seeds 5 --output results/wang-liu
      """)

  @Option(help: ArgumentHelp("How many negatives are drawn for a query.", valueName: "n"))
  var negatives = 4096

  @Option(help: ArgumentHelp("Repeat with this many seeds, from 0.", valueName: "n"))
  var seeds = 5

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try Self.requirePositive(("--seeds", seeds))
    guard negatives > 1 else {
      throw ValidationError("--negatives: expected at least 2, found \(negatives).")
    }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    var report = Report(
      title: "What the temperature attends to",
      explanation:
        "A negative's share of the gradient is r, a softmax over the negatives. A small τ "
        + "gives nearly all of it to the hardest ones, a large one the same to all.")
    try addWeights(to: &report)
    return report
  }
}
