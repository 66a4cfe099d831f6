import Contrastive
import TestSupport
import Testing

@testable import Experiments

extension RecallEvidence {
  /// Of 400 test queries and 5 seeds at temperatures where shares of them find their keys: the first ones, so that
  /// a query that finds its key at a small share does at a larger one.
  static func madeUp(_ shares: [Double: Double], untrained: Double = 0.3) throws -> RecallEvidence {
    func ranks(_ share: Double) -> [Double] { (0..<400).map { Double($0) < 400 * share ? 1 : 9 } }
    var outcomes: [SweepRun: SweepOutcome] = [:]
    for (temperature, share) in shares {
      for seed in 1...5 {
        outcomes[SweepRun(temperature: temperature, seed: UInt64(seed))] = .finished(
          SweepResult(
            metrics: RetrievalMetrics(recallAt1: share, recallAt10: 1, meanReciprocalRank: share),
            loss: 1, lastLoss: 1, seconds: 0, ranks: ranks(share)))
      }
    }
    let recalls = try #require(
      try TrainedRecalls(
        outcomes, of: Array(outcomes.keys), untrained: ranks(untrained),
        resamples: Resamples(of: 400, seed: 1)))
    return try #require(
      RecallEvidence(
        Choose.reasonsTable(
          recalls, choice: TemperatureChoice(recalls),
          length: TrainingLength(epochs: 10, steps: 60, batch: 512, learningRate: 5e-4)),
        testCount: 400))
  }
}

/// Pairs for tests of the page.
struct ChoosePairs {
  let queries: RowSource<Float>
  let keys: RowSource<Float>

  /// Keys on the sphere, and queries beside them.
  ///
  /// - Parameters:
  ///   - noise: How long what is added to a unit key is, about.
  ///   - keysPerGroup: How many neighbouring rows have one key.
  init(count: Int, dimension: Int, noise: Float, keysPerGroup: Int = 1, seed: UInt64 = 1) {
    var generator = SeededGenerator(seed: seed)
    let all = UnitRows<Float>.random(
      rowCount: count, columnCount: dimension, using: &generator
    ).matrix
    let others = UnitRows<Float>.random(
      rowCount: count, columnCount: dimension, using: &generator
    ).matrix
    let keys = Matrix<Float>(rowCount: count, columnCount: dimension) {
      all[$0 / keysPerGroup * keysPerGroup, $1]
    }
    self.keys = Self.source(keys)
    queries = Self.source(
      Matrix(rowCount: count, columnCount: dimension) { keys[$0, $1] + noise * others[$0, $1] })
  }

  private init(queries: RowSource<Float>, keys: RowSource<Float>) {
    (self.queries, self.keys) = (queries, keys)
  }

  /// The first of the pairs that come with the program.
  static func bundled(count: Int) throws -> ChoosePairs {
    func rows(_ name: String) throws -> RowSource<Float> {
      try RowSource(readArray(BundledData.path("api-docs/\(name).npy"))).prefix(count)
    }
    return ChoosePairs(queries: try rows("descriptions"), keys: try rows("names"))
  }

  /// Rows that are read from a matrix.
  static func source(_ matrix: Matrix<Float>) -> RowSource<Float> {
    let elements = matrix.elements
    let columnCount = matrix.columnCount
    return RowSource(rowCount: matrix.rowCount, columnCount: columnCount) { rows, target in
      for index in target.indices {
        target[index] = elements[rows.lowerBound * columnCount + index]
      }
    }
  }

  /// Every query's hardest negatives, as `audit` finds them.
  func neighbors(ids: [Int]? = nil) throws -> Neighbors {
    try Neighbors(
      queries: queries, keys: keys, ids: ids, count: 16, progress: ProgressLine(write: nil))
  }

  func page(
    texts: [String]? = nil, fileRows: [Int]? = nil, seed: UInt64 = 1
  ) throws -> ChoosePage {
    try ChoosePage(
      queries: queries, keys: keys, fileRows: fileRows, subject: "pairs of a test",
      queryTexts: texts, keyTexts: texts,
      evidence: RecallEvidence.madeUp([0.01: 0.5, 0.02: 0.715, 0.05: 0.72, 0.1: 0.715, 5: 0.7175]),
      least: 0.0625, neighbors: neighbors(), temperature: 0.05, sentence: "Use 0.05.",
      cautions: ["Half of <all> keys are near-duplicates.", "Tried were 5 temperatures."],
      seed: seed)
  }

  /// The library's loss, with the queries' terms.
  func sweep(
    _ temperatures: [Double], excluding falseNegatives: FalseNegatives<Float> = .none
  ) throws -> [SweepPoint<Float>] {
    try InfoNCE(temperature: 1).sweep(
      queries: queries, positives: keys, excluding: falseNegatives,
      temperatures: temperatures.map { try Temperature($0) }, keepingTerms: true)
  }
}
