import Contrastive
import ContrastiveTraining

/// What an encoder's embeddings of digits it was not trained on are worth.
struct DigitScores: Sendable {
  /// The share of test digits that their 20 nearest training digits name.
  let neighborAccuracy: Double

  /// Wang and Isola's uniformity, t = 2, in nats: negative, the lower the more even.
  let uniformity: Double

  /// Wang and Liu's tolerance: the mean cosine of digits with equal labels.
  let tolerance: Double

  static let neighborCount = 20

  /// Scores the embeddings of an encoder.
  init(_ encoder: MLPEncoder<Float>, training: Digits, test: Digits) throws {
    let options = ComputeOptions(threads: 1)
    let embeddings = try encoder(test.images)
    neighborAccuracy = try WeightedNeighbors(
      keys: encoder(training.images), labels: training.labels, neighborCount: Self.neighborCount
    ).accuracy(of: embeddings, labels: test.labels, options: options)
    uniformity = Double(
      try Uniformity().valueWithGradient(embeddings: embeddings, of: [], options: options).value)
    tolerance = Double(
      try Tolerance().valueWithGradient(embeddings: embeddings, labels: test.labels, of: []).value)
  }
}
