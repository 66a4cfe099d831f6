import Contrastive

/// In what tests of all shapes differ.
extension ShapedLoss {
  /// Which of its three arrays a loss differentiates by.
  var places: [Int] {
    switch self {
    case .batch, .memory, .positives, .ignoring, .npidSoftmax, .npidNCE, .uniformity, .orthogonal,
      .logits:
      [0]
    case .triplets, .infoNCE: [0, 1, 2]
    default: [0, 1]
    }
  }

  /// Whether an array has a row for each of the first.
  func hasRowForEach(at place: Int) -> Bool {
    switch self {
    case .classes, .oneWay, .tokens, .tokenDistillation: false
    case .infoNCE: place == 1
    default: true
    }
  }

  /// What is said of arrays without rows.
  func lineOfNoRows(_ name: String) -> String {
    switch self {
    case .tokens: "queryLengths: expected at least one number, found none"
    // There is no score of no documents.
    case .tokenDistillation: "teacherScores: expected at least one column, found none"
    case .uniformity: "\(name): expected at least two rows, found none"
    default: "\(name): expected at least one row, found none"
    }
  }

  /// What the array is called by which there is a gradient.
  func argument(ofGradient name: String) -> String {
    if case .oneWay = self, name == "keys0" { "keys" } else { name }
  }

  /// Those of a batch with labels.
  static func labelled() throws -> [any LabelledLoss] {
    try all().compactMap { if case .batch(let loss) = $0 { loss } else { nil } }
  }
}
