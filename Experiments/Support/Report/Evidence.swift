/// What a measurement was made on: how much it can say.
enum Evidence: String, Hashable, Sendable, Codable {
  case printed = "a source's numbers, computed again"
  case example = "a limit or a theorem, computed at examples: nothing here could refute it"
  case sampled = "a theorem, seen on random numbers: nothing here could refute it"
  case descent = "a theorem, seen on points moved by gradient descent: nothing here could refute it"
  case definition =
    "networks trained here, though of untrained ones it holds as well, so that it tells nothing of training"
  case analogy =
    "linear maps trained here, of which little but the linear map is as in the paper: an analogy"
  case linear = "linear maps trained here"
  case training = "networks trained here"
  case nothing = "none: nothing of it was measured"
}

extension Evidence {
  /// The kinds of evidence, which weigh differently and are counted apart.
  enum Kind: Hashable, Sendable, CaseIterable {
    /// Training could have come out either way.
    case experiment

    /// Training of something else that is alike in one respect.
    case analogy

    /// Nothing was measured.
    case nothing

    /// A source's numbers are right or wrong.
    case recomputation

    /// A computation that comes out otherwise would be wrong itself, or training is not needed for it.
    case illustration
  }

  var kind: Kind {
    switch self {
    case .printed: .recomputation
    case .example, .sampled, .descent, .definition: .illustration
    case .linear, .training: .experiment
    case .analogy: .analogy
    case .nothing: .nothing
    }
  }
}
