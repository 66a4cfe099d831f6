/// What a measurement was made on: how much it can say about training.
enum Evidence: String, Hashable, Sendable, Codable {
  case arithmetic = "arithmetic, nothing was trained"
  case sampled = "random numbers, nothing was trained"
  case descent = "free points moved by gradient descent, no network"
  case linear = "linear maps trained here"
  case theorem = "networks trained here, though no training could refute it"
  case training = "networks trained here"
}

extension Evidence {
  /// Whether training could have come out either way. All else is mathematics, which a computation can
  /// confirm or correct, and nothing that is learnt can change.
  var isExperiment: Bool { self == .linear || self == .training }
}
