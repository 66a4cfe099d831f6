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
