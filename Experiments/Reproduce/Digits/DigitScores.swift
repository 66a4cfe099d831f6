import Contrastive
import ContrastiveTraining

/// What embeddings of digits are worth that nothing was trained on.
struct DigitScores: Sendable {
  /// For each test digit, how many of its shifted, noisy views their 20 nearest training digits name, as a share.
  ///
  /// The training digits are as they are. That is what views teach: raw pixels, which name 95 % of
  /// undisturbed digits, lose every other one that is shifted by a pixel.
  let views: [Double]

  /// The same of test digits as they are, where raw pixels are hard to beat: 0 or 1.
  let clean: [Double]

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
    func hits(_ embeddings: Matrix<Float>, of rows: [Int]) throws -> [Double] {
      zip(try neighbors.classes(of: embeddings, options: options), rows).map {
        $0 == test.labels[$1] ? 1 : 0
      }
    }
    let named = try hits(embed(views), of: rows)
    self.views = test.labels.indices.map { digit in
      (0..<Self.viewCount).map { named[$0 * test.labels.count + digit] }.mean
    }
    clean = try hits(embeddings, of: Array(test.labels.indices))
    uniformity = Double(
      try Uniformity().valueWithGradient(embeddings: embeddings, of: [], options: options).value)
    tolerance = Double(
      try Tolerance().valueWithGradient(embeddings: embeddings, labels: test.labels, of: []).value)
  }
}

extension DigitScores {
  /// The share of views that are named.
  var neighborAccuracy: Double { views.mean }

  /// The share of test digits, as they are, that are named.
  var cleanAccuracy: Double { clean.mean }
}

/// What digits are named for: with the disturbances that training knows, or as they are.
enum DigitTask: CaseIterable, Sendable {
  case shifted, clean

  /// The task in words.
  var name: String {
    switch self {
    case .shifted: "on shifted digits"
    case .clean: "on digits as they are"
    }
  }

  /// How often scores of several seeds name each test digit.
  func share(_ scores: [DigitScores]) -> TestShare {
    TestShare(scores.map { self == .shifted ? $0.views : $0.clean })
  }
}
