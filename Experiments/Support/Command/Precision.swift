import ArgumentParser

/// The arithmetic of a computation.
enum Precision: String, CaseIterable, ExpressibleByArgument {
  case float
  case double
}
