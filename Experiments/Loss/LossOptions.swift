import ArgumentParser
import Contrastive

/// The options that every loss has.
struct LossOptions: ParsableArguments {
  @Option(help: "The arithmetic: float or double.")
  var precision = Precision.float

  @Option(
    help: """
      mean, sum, per-query (the terms alone, and the gradients of their sum), or, for losses with a \
      margin, mean-over-non-zero.
      """)
  var reduction = ReductionName.mean

  @Option(
    help: ArgumentHelp(
      "Write the gradients by the arrays to a folder, as .npy files, and gradients.json, by which a "
        + "later run knows that it may replace them.", valueName: "dir"))
  var gradients: String?

  func validate() throws {
    if gradients == "" { throw ValidationError("--gradients needs the name of a folder.") }
  }

  /// What the library is to compute.
  var libraryReduction: Reduction {
    switch reduction {
    case .mean: .mean
    case .meanOverNonZero: .meanOverNonZero
    case .sum, .perQuery: .sum
    }
  }
}

/// The choices of `--reduction`.
enum ReductionName: String, CaseIterable, ExpressibleByArgument {
  case mean
  case meanOverNonZero = "mean-over-non-zero"
  case sum
  case perQuery = "per-query"
}
