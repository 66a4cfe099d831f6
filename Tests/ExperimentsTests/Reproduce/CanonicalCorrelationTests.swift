import Contrastive
import ContrastiveTraining
import Testing

@testable import Experiments

@Suite("Canonical correlation")
struct CanonicalCorrelationTests {
  /// Rows of independent normal numbers.
  private static func rows(_ count: Int, _ dimension: Int, seed: UInt64) -> Matrix<Double> {
    var generator = SeededGenerator(seed: seed)
    return Matrix(rowCount: count, columnCount: dimension) { _, _ in generator.nextNormal() }
  }

  private static func largestDifference(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
    zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? .nan
  }

  // The eigenvalues 1 and 9 of the first have the roots 1 and 3.
  @Test("has the roots of a matrix by products alone")
  func closedForm() throws {
    let (root, inverse) = try ([[5, 4], [4, 5]] as Matrix<Double>).squareRoots()
    #expect(Self.largestDifference(root, [[2, 1], [1, 2]]) < 1e-14)
    #expect(Self.largestDifference(inverse, [[2.0 / 3, -1.0 / 3], [-1.0 / 3, 2.0 / 3]]) < 1e-14)
  }

  // Products of 40 terms, whose rounding the inverse's largest eigenvalue multiplies: some 40 · 1e3 epsilons.
  // With 20 columns half of the eigenvalues are the least.
  @Test(
    "has roots whose squares are the matrix, down to eigenvalues of a millionth of the norm",
    arguments: [40, 20])
  func squares(columnCount: Int) throws {
    let columns = Self.rows(40, columnCount, seed: 1)
    let matrix = try Similarity.dot.matrix(columns, columns).addingToDiagonal(1e-4)
    let (root, inverse) = try matrix.squareRoots()
    let norm = matrix.elements.map(abs).max() ?? .nan
    #expect(Self.largestDifference(try Similarity.dot.matrix(root, root), matrix) < 1e-11 * norm)
    let identity = Matrix<Double>(rowCount: 40, columnCount: 40).addingToDiagonal(1)
    #expect(Self.largestDifference(try Similarity.dot.matrix(root, inverse), identity) < 1e-9)
  }

  @Test("finds pairs that share a part however each side mixes and stretches it")
  func mixed() throws {
    let (count, dimension) = (2050, 6)
    let content = Self.rows(count, 3, seed: 1)
    func side(_ seed: UInt64) throws -> Matrix<Double> {
      let noise = Self.rows(count, 3, seed: seed)
      let both = Matrix<Double>(rowCount: count, columnCount: dimension) {
        $1 < 3 ? content[$0, $1] : 10 * noise[$0, $1 - 3]
      }
      return try Similarity.dot.matrix(both, Self.rows(dimension, dimension, seed: seed + 10))
    }
    let (queries, keys) = (try side(2), try side(3))
    let raw = RetrievalMetrics(
      try RetrievalRanks(queries: queries.rows(2000..<2050), keys: keys.rows(2000..<2050)))
    let maps = try CanonicalCorrelation(
      queries: queries.rows(0..<2000), keys: keys.rows(0..<2000), ridge: 1e-6)
    let found = RetrievalMetrics(
      try maps.ranks(queries: queries.rows(2000..<2050), keys: keys.rows(2000..<2050)))
    // Of 20 other seeds, by NumPy, at most 0.06 and at least 0.88.
    #expect(raw.recallAt1 < 0.2)
    #expect(found.recallAt1 > 0.8)
  }

  @Test("refuses sides of different numbers of rows")
  func shapes() {
    #expect(throws: ContrastiveError.self) {
      try CanonicalCorrelation(
        queries: Self.rows(8, 2, seed: 1), keys: Self.rows(9, 2, seed: 2), ridge: 0.1)
    }
  }
}
