import Contrastive
import ContrastiveTraining

/// The scores of embeddings that learnt nothing: what a claim on digits has to be held against.
struct DigitBaselines: Sendable {
  /// Of the pixels themselves.
  let pixels: DigitScores

  /// Of the pixels themselves, among training digits in each of the shifts that views have: what it
  /// is worth to know the shifts, without any training.
  let shiftedPixels: DigitScores

  /// Of encoders as they are before training, one for each seed.
  let untrained: [DigitScores]

  init(training: Digits, test: Digits, seeds: Int) throws {
    pixels = try DigitScores(training: training, test: test) { $0 }
    shiftedPixels = try DigitScores(training: training.shifted(), test: test) { $0 }
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

  /// What untrained encoders make of digits as they are.
  var untrainedCleanAccuracy: Double { untrained.map(\.cleanAccuracy).mean }

  /// The better of those that do not know of shifts.
  var bestAccuracy: Double {
    max(pixels.neighborAccuracy, untrained.map(\.neighborAccuracy).mean)
  }

  /// Whether any of some encoders names more views than pixels do that know of shifts.
  func part(encoders accuracies: [Double]) -> (phrase: String, holds: Bool) {
    let holds = accuracies.contains { $0 > shiftedPixels.neighborAccuracy }
    return (
      holds
        ? "the best encoder beats raw pixels with the same shifts"
        : "raw pixels with the same shifts are better than every encoder", holds
    )
  }

  /// The same of digits as they are, where pixels need to know of no shifts.
  func cleanPart(encoders accuracies: [Double]) -> (phrase: String, holds: Bool) {
    let holds = accuracies.contains { $0 > pixels.cleanAccuracy }
    return (
      holds
        ? "the best encoder beats raw pixels on digits as they are"
        : "raw pixels are better than every encoder on digits as they are", holds
    )
  }

  /// The best of some encoders beside those that learnt nothing, for the head of a page.
  ///
  /// - Parameters:
  ///   - accuracies: Of views, the mean at each setting.
  ///   - clean: Of digits as they are.
  func comparison(encoders accuracies: [Double], clean: [Double]) -> String {
    func text(_ number: Double?) -> String { (number ?? .nan).text(digits: 3) }
    return
      "Of shifted digits the best encoder names \(text(accuracies.max())), and raw pixels that know the "
      + "same shifts \(text(shiftedPixels.neighborAccuracy)); of digits as they are \(text(clean.max())), "
      + "raw pixels \(text(pixels.cleanAccuracy)) and the untrained encoder "
      + "\(text(untrainedCleanAccuracy))."
  }

  /// A score of those that do not know of shifts, in words.
  func text(_ score: (DigitScores) -> Double) -> String {
    "raw pixels \(score(pixels).text(digits: 3)), the untrained encoder "
      + untrained.map(score).mean.text(digits: 3)
  }

  /// The accuracies of all, of views and of digits as they are.
  var accuracyText: String {
    func all(_ score: (DigitScores) -> Double) -> String {
      "\(text(score)), raw pixels with each training digit in its nine shifts "
        + score(shiftedPixels).text(digits: 3)
    }
    return "\(all(\.neighborAccuracy)); of digits as they are, \(all(\.cleanAccuracy))"
  }

  /// Lines across a figure of accuracies of views.
  var referenceLines: [ReferenceLine] {
    [
      .horizontal(at: shiftedPixels.neighborAccuracy, label: "raw pixels, shifted"),
      .horizontal(at: pixels.neighborAccuracy, label: "raw pixels"),
      .horizontal(at: untrained.map(\.neighborAccuracy).mean, label: "untrained encoder"),
    ]
  }

  /// What accuracy is, for an explanation.
  static let accuracyMeaning =
    "Accuracy is the share of test digits, shifted by up to a pixel, of more contrast or less, and "
    + "noisy, that their \(DigitScores.neighborCount) nearest training digits, as they are, name "
    + "rightly. Standard errors are over seeds, on one test set."

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
