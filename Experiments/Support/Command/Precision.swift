import ArgumentParser

/// The choices of `--precision`: the arithmetic of a computation.
enum Precision: String, CaseIterable, ExpressibleByArgument {
  case float
  case double
}
