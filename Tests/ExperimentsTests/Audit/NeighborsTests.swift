import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("The hardest negatives of queries")
struct NeighborsTests {
  @Test("finds the same hardest negatives and ranks as a product of all rows")
  func neighbors() throws {
    let pairs = try NoisyPairs()
    let cosines = try pairs.cosines()
    let found = try Neighbors(
      queries: pairs.queries.rowSource, keys: pairs.keys.rowSource, ids: nil, count: 4,
      progress: ProgressLine(write: nil))
    for row in 0..<300 {
      let others = (0..<300).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
      #expect(found.hardest[row].map(\.column) == Array(others.prefix(4)))
      #expect(abs(found.positives[row] - Double(cosines[row, row])) < 1e-6)
      #expect(found.aboveCounts[row] == others.count { cosines[row, $0] > cosines[row, row] })
    }
    #expect(found.negatives.reduce(0, +) == 300 * 299)
  }

  @Test(
    "takes negatives for no twins, nor out by a margin, that are as near as the own key but for its rounding"
  )
  func equalKeys() throws {
    // All keys are equal in pairs of rows: a tile's cosines may be above the own key's by a rounding, and none is
    // above it.
    let half = Matrix<Float>.random(rowCount: 300, columnCount: 61, seed: 1)
    let rows = half.rows(at: (0..<600).map { $0 / 2 })
    let found = try Neighbors(
      queries: rows.rowSource, keys: rows.rowSource, ids: nil, count: 16,
      rules: [.absolute(0)], progress: ProgressLine(write: nil))
    #expect(found.aboveCounts.allSatisfy { $0 == 0 } && found.twins.isEmpty)
    #expect(found.removedCounts[0].allSatisfy { $0 == 0 })
  }

  @Test(
    "mines keys that are as near as a query's own but for rounding, by rules that leave out nearer ones"
  )
  func ties() throws {
    // Two keys a query, as far from it to opposite sides.
    let queries = Matrix<Double>.random(rowCount: 100, columnCount: 61, seed: 1)
    let noise = Matrix<Double>.random(rowCount: 100, columnCount: 61, seed: 2)
    let keys = Matrix<Float>(rowCount: 200, columnCount: 61) { row, column in
      let query = row / 2
      var (dot, square) = (0.0, 0.0)
      for place in 0..<61 {
        dot += queries[query, place] * noise[query, place]
        square += queries[query, place] * queries[query, place]
      }
      let side = noise[query, column] - dot / square * queries[query, column]
      return Float(queries[query, column] + (row % 2 == 0 ? 0.1 : -0.1) * side)
    }
    let rows = queries.rows(at: (0..<200).map { $0 / 2 }).converted(to: Float.self)
    let found = try Neighbors(
      queries: rows.rowSource, keys: keys.rowSource, ids: nil, count: 16,
      rules: [.absolute(0)], progress: ProgressLine(write: nil))
    #expect(found.removedCounts[0].allSatisfy { $0 == 0 })
    let mining = try MiningOptions.parse(["--negatives-output", "x.npy", "--last-rank", "16"])
    let copies = OwnKeyCopies(
      found, originals: Array(0..<200), texts: nil, keys: keys.rowSource)
    let mined = try mining.mined(
      found, rules: [.absolute(0)], copies: copies, keys: keys.rowSource)
    for (row, candidates) in mined.enumerated() {
      #expect(candidates.first?.column == row ^ 1, "row \(row)")
    }
    #expect(mining.copyCounts(found, copies) == OwnKeyCopies.Counts())
  }

  @Test("takes rows of a query's id for no negatives, by rules neither")
  func neighborsWithIDs() throws {
    // More columns than a tile has, and rows of an id in different tiles.
    let pairs = try NoisyPairs(rowCount: 700)
    let cosines = try pairs.cosines()
    let ids = (0..<700).map { $0 % 233 }
    let found = try Neighbors(
      queries: pairs.queries.rowSource, keys: pairs.keys.rowSource, ids: ids, count: 3,
      rules: [.absolute(0.1)], progress: ProgressLine(write: nil))
    for row in 0..<700 {
      let others = (0..<700).filter { ids[$0] != ids[row] }
      let hardest = others.sorted { cosines[row, $0] > cosines[row, $1] }.prefix(3)
      let own = cosines[row, row]
      #expect(found.hardest[row].map(\.column) == Array(hardest))
      #expect(found.aboveCounts[row] == others.count { cosines[row, $0] > own })
      #expect(found.removedCounts[0][row] == others.count { cosines[row, $0] > own - 0.1 })
    }
    var negativeCount: Int64 = 0
    for id in ids { negativeCount += Int64(ids.count { $0 != id }) }
    #expect(found.negatives.reduce(0, +) == negativeCount)
  }
}
