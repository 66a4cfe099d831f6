/// What a claim was held against here.
///
/// What was trained has a baseline beside it, and says how it is not as in the paper: no line on a claim
/// can leave either out.
enum Evidence: Hashable, Sendable, Codable {
  /// A source's numbers, computed again.
  case printed

  /// Networks trained here: on what, and otherwise than in the paper.
  case trained(on: String, beside: Baseline)

  /// Something else trained here, which is like the paper's in little: an analogy.
  case analogy(on: String, beside: Baseline)
}

extension Evidence {
  /// The kinds of evidence, which weigh differently and are counted apart.
  enum Kind: Hashable, Sendable, CaseIterable {
    case trained, analogy, printed
  }

  var kind: Kind {
    switch self {
    case .printed: .printed
    case .trained: .trained
    case .analogy: .analogy
    }
  }

  /// The baseline; nil where nothing was trained.
  var baseline: Baseline? {
    switch self {
    case .printed: nil
    case .trained(_, let baseline), .analogy(_, let baseline): baseline
    }
  }

  /// In words.
  var text: String {
    switch self {
    case .printed: "a source's numbers, computed again"
    case .trained(let what, _): "trained here: \(what)"
    case .analogy(let what, _): "an analogy, trained here: \(what)"
    }
  }
}
