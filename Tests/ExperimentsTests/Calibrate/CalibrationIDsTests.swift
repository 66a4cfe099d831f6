import Contrastive
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Calibration of rows that belong together")
struct CalibrationIDsTests {
  /// Rows of which three have one id, in different tiles of keys.
  private static let ids = (0..<600).map { $0 % 200 }

  private func pairs() throws -> (queries: Matrix<Float>, keys: Matrix<Float>) {
    let pairs = try NoisyPairs(rowCount: 600)
    return (pairs.queries, pairs.keys)
  }

  private func neighbors(
    _ pairs: (queries: Matrix<Float>, keys: Matrix<Float>), ids: [Int]?
  ) throws -> Neighbors {
    try Neighbors(
      queries: pairs.queries.rowSource, keys: pairs.keys.rowSource, ids: ids, count: 1,
      progress: ProgressLine(write: nil))
  }

  @Test("takes another key of a query's id for right, with its own cosine")
  func sibling() throws {
    // The query's own key at 0.3, another of its id at 0.9, and the best of the rest at 0.5.
    let keys = [0.3, 0.9, 0.5].map { [Float($0), Float((1 - $0 * $0).squareRoot())] }
    let rows = (
      queries: try Matrix<Float>(rows: Array(repeating: [1, 0], count: 3)),
      keys: try Matrix(rows: keys)
    )
    let matches = Matches(try neighbors(rows, ids: [7, 7, 8]))
    #expect(matches.areRight == [true, true, false])
    #expect(matches.cosines.allSatisfy { abs($0 - 0.9) < 1e-6 })
    let alone = Matches(try neighbors(rows, ids: nil))
    #expect(alone.areRight == [false, true, false])
    #expect(alone.cosines.allSatisfy { abs($0 - 0.9) < 1e-6 })
  }

  @Test("finds those right that are at the first rank by ids, ties apart")
  func ranks() throws {
    let pairs = try pairs()
    let ranks = try RetrievalRanks(queries: pairs.queries, keys: pairs.keys, ids: Self.ids)
    let matches = Matches(try neighbors(pairs, ids: Self.ids))
    #expect(matches.areRight == ranks.ranks.map { $0 <= 1 })
    #expect(matches.areRight.contains(true) && matches.areRight.contains(false))
    let cosines = try Similarity.cosine.matrix(pairs.queries, pairs.keys)
    for row in 0..<600 {
      let greatest = (0..<600).map { cosines[row, $0] }.max() ?? 0
      #expect(abs(matches.cosines[row] - Double(greatest)) < 1e-6)
    }
    let equal = try Matrix<Float>(rows: Array(repeating: [1, 0], count: 4))
    let ties = Matches(try neighbors((equal, equal), ids: [0, 0, 1, 1]))
    #expect(ties.areRight == [false, false, false, false])
  }

  @Test("is sure of a key as the softmax over the nearest right one and all others is")
  func confidence() throws {
    let (pairs, temperature) = (try pairs(), 0.1)
    let found = try neighbors(pairs, ids: Self.ids)
    let points = try InfoNCE(temperature: 1).sweep(
      queries: pairs.queries, positives: pairs.keys, excluding: .equalIDs(Self.ids),
      temperatures: [Temperature(temperature)], keepingTerms: true)
    let confidence = SoftmaxConfidence(points, found)
    let cosines = try Similarity.cosine.matrix(pairs.queries, pairs.keys)
    for row in 0..<600 {
      let right = (0..<600).filter { Self.ids[$0] == Self.ids[row] }
      let nearest = right.map { cosines[row, $0] }.max() ?? 0
      let others = (0..<600).filter { Self.ids[$0] != Self.ids[row] }.map { cosines[row, $0] }
      let weights = ([nearest] + others).map { exp(Double($0) / temperature) }
      let expected = try #require(weights.max()) / weights.reduce(0, +)
      // A cosine of Float is off by some 1e-7, which τ makes ten times as much.
      #expect(abs(confidence.probabilities[0][row] - expected) < 1e-5)
    }
  }

  @Test("fits to no row of an id that judges")
  func split() throws {
    let folder = try TemporaryFolder()
    let pairs = try pairs()
    try pairs.queries.write(to: folder.path("q.npy"))
    try pairs.keys.write(to: folder.path("k.npy"))
    func report(_ ids: [Int]) throws -> Report {
      try folder.write(ids.map { "\($0)\n" }.joined(), to: "ids.txt")
      return try Calibrate.report([
        "--queries", folder.path("q.npy"), "--keys", folder.path("k.npy"), "--ids",
        folder.path("ids.txt"),
      ])
    }
    // Eight ids of 70 rows and one of 40: none of them make a half of 300 together.
    let judged = try #require(try report((0..<600).map { $0 / 70 }).result["judged"])
    #expect([JSON.integer(320), .integer(350)].contains(judged))
    #expect(throws: CommandFailure.self) { try report(Array(repeating: 1, count: 600)) }
  }
}
