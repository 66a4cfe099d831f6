import Contrastive
import ContrastiveTraining

/// What embeddings of digits are asked: the same of everybody.
struct DigitExam: Sendable {
  let training: Digits
  let test: Digits

  /// Views of the test digits, `viewCount` of each: all first ones, then all second ones.
  let views: Matrix<Float>

  private let plainKeys: Matrix<Float>
  private let shiftedKeys: Matrix<Float>
  private let testImages: Matrix<Float>

  static let neighborCount = 20

  /// The temperature of neighbours' votes.
  static let voteTemperature = 0.07

  /// How many views of each test digit are asked for.
  static let viewCount = 4

  init(training: Digits, test: Digits) throws {
    (self.training, self.test) = (training, test)
    var generator = SeededGenerator(seed: 0x7465_7374)
    let rows = (0..<Self.viewCount).flatMap { _ in test.labels.indices }
    views = DigitViews().view(of: test, rows: rows, using: &generator)
    plainKeys = try training.images
    shiftedKeys = try training.shifted().images
    testImages = try test.images
  }

  /// Scores what an encoder, or anything else, makes of images.
  func scores(_ embed: (Matrix<Float>) throws -> Matrix<Float>) throws -> DigitScores {
    let options = ComputeOptions(threads: 1)
    let (views, clean) = (try embed(views), try embed(testImages))
    var hits: [[[Double]]] = []
    for keys in DigitKeys.allCases {
      let images = keys == .plain ? plainKeys : shiftedKeys
      let copies = images.rowCount / training.labels.count
      let neighbors = try WeightedNeighbors(
        keys: embed(images), labels: (0..<copies).flatMap { _ in training.labels },
        neighborCount: Self.neighborCount, temperature: Temperature(Self.voteTemperature))
      func isNamed(_ embeddings: Matrix<Float>) throws -> [Double] {
        try neighbors.classes(of: embeddings, options: options).enumerated().map {
          $1 == test.labels[$0 % test.labels.count] ? 1 : 0
        }
      }
      let named = try isNamed(views)
      hits.append([
        test.labels.indices.map { digit in
          (0..<Self.viewCount).map { named[$0 * test.labels.count + digit] }.mean
        }, try isNamed(clean),
      ])
    }
    return DigitScores(
      hits: hits,
      uniformity: Double(
        try Uniformity().valueWithGradient(embeddings: clean, of: [], options: options).value),
      tolerance: Double(
        try Tolerance().valueWithGradient(embeddings: clean, labels: test.labels, of: []).value))
  }
}
