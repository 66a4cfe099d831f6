import Contrastive
import ContrastiveTraining

/// What embeddings of digits are worth that nothing was trained on.
struct DigitScores: Sendable {
  /// The share of shifted, noisy views of test digits that their 20 nearest training digits name.
  ///
  /// The training digits are as they are. That is what views teach: raw pixels, which name 95 % of
  /// undisturbed digits, lose every other one that is shifted by a pixel.
  let neighborAccuracy: Double

  /// The same of test digits as they are, where raw pixels are hard to beat.
  let cleanAccuracy: Double

  /// Wang and Isola's uniformity, t = 2, in nats: negative, the lower the more even.
  let uniformity: Double

  /// Wang and Liu's tolerance: the mean cosine of digits with equal labels.
  let tolerance: Double

  static let neighborCount = 20

  /// What to say where a paper's accuracy is that of a linear classifier on its features.
  static let insteadOfLinear =
    "a linear classifier's; here \(neighborCount) nearest neighbours vote"

  /// How many views of each test digit are asked for.
  static let viewCount = 4

  /// Scores what an encoder, or anything else, makes of images.
  ///
  /// Everybody is asked for the same views.
  init(
    training: Digits, test: Digits, embed: (Matrix<Float>) throws -> Matrix<Float>
  ) throws {
    let options = ComputeOptions(threads: 1)
    var generator = SeededGenerator(seed: 0x7465_7374)
    let rows = (0..<Self.viewCount).flatMap { _ in test.labels.indices }
    let views = DigitViews().view(of: test, rows: rows, using: &generator)
    let neighbors = try WeightedNeighbors(
      keys: embed(training.images), labels: training.labels, neighborCount: Self.neighborCount)
    let embeddings = try embed(test.images)
    neighborAccuracy = try neighbors.accuracy(
      of: embed(views), labels: rows.map { test.labels[$0] }, options: options)
    cleanAccuracy = try neighbors.accuracy(of: embeddings, labels: test.labels, options: options)
    uniformity = Double(
      try Uniformity().valueWithGradient(embeddings: embeddings, of: [], options: options).value)
    tolerance = Double(
      try Tolerance().valueWithGradient(embeddings: embeddings, labels: test.labels, of: []).value)
  }
}
