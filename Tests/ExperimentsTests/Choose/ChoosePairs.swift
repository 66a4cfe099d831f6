import Contrastive
import TestSupport

@testable import Experiments

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

  func page(texts: [String]? = nil, seed: UInt64 = 1) throws -> ChoosePage {
    try ChoosePage(
      queries: queries, keys: keys, subject: "pairs of a test", queryTexts: texts, keyTexts: texts,
      band: 0.02...0.1, temperature: 0.05, sentence: "Use 0.05.", seed: seed)
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
