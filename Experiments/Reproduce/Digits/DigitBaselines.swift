import Contrastive
import ContrastiveTraining

/// The scores of embeddings that learnt nothing: what a claim on digits has to be held against.
struct DigitBaselines: Sendable {
  /// Of the pixels themselves.
  let pixels: DigitScores

  /// Of encoders as they are before training, one for each seed.
  let untrained: [DigitScores]

  init(training: Digits, test: Digits, seeds: Int) throws {
    pixels = try DigitScores(training: training, test: test) { $0 }
    untrained = try (0..<UInt64(seeds)).map { seed in
      let encoder = try Self.encoder(seed: seed)
      return try DigitScores(training: training, test: test) { try encoder($0) }
    }
  }

  /// The encoder that training with this seed starts from.
  static func encoder(seed: UInt64) throws -> MLPEncoder<Float> {
    var generator = SeededGenerator(seed: seed)
    return try .random(
      dimensions: DigitMoCo.dimensions, options: ComputeOptions(threads: 1), using: &generator)
  }

  /// The better of the two.
  var bestAccuracy: Double {
    max(pixels.neighborAccuracy, untrained.map(\.neighborAccuracy).mean)
  }

  /// A score of both, in words.
  func text(_ score: (DigitScores) -> Double) -> String {
    "raw pixels \(score(pixels).text(digits: 3)), the untrained encoder "
      + untrained.map(score).mean.text(digits: 3)
  }

  /// The accuracies of both, of views and of digits as they are.
  var accuracyText: String {
    text(\.neighborAccuracy) + "; of digits as they are, \(text(\.cleanAccuracy))"
  }

  /// Lines across a figure of accuracies of views.
  var referenceLines: [ReferenceLine] {
    [
      .horizontal(at: pixels.neighborAccuracy, label: "raw pixels"),
      .horizontal(at: untrained.map(\.neighborAccuracy).mean, label: "untrained encoder"),
    ]
  }

  /// What accuracy is, for an explanation.
  static let accuracyMeaning =
    "Accuracy is the share of test digits, shifted by up to a pixel and noisy, that their "
    + "\(DigitScores.neighborCount) nearest training digits, as they are, name rightly."

  /// When the task was settled, for the claims that are judged by it.
  ///
  /// - Parameter further: What else was changed.
  static func settlement(_ further: String? = nil) -> Settlement {
    let task =
      "the task was naming digits as they are until raw pixels were seen to beat every encoder "
      + "there; of three strengths of views tried the weakest, which was there before, is kept"
    return .changed([task, further].compactMap(\.self).joined(separator: "; "))
  }
}
