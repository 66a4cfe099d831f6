import ArgumentParser
import Contrastive

/// The options that every loss has.
struct LossOptions: ParsableArguments {
  @Option(help: "The arithmetic: float or double.")
  var precision = Precision.float

  @Option(
    help: "mean, sum, or per-query: the terms alone, and the gradients of their sum.")
  var reduction = ReductionName.mean

  @Option(
    help: ArgumentHelp(
      "Write the gradients by the arrays to a folder, as .npy files.", valueName: "dir"))
  var gradients: String?

  /// What the library is to compute.
  var libraryReduction: Reduction { reduction == .mean ? .mean : .sum }
}

/// The choices of `--reduction`.
enum ReductionName: String, CaseIterable, ExpressibleByArgument {
  case mean
  case sum
  case perQuery = "per-query"
}
