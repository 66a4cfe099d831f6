import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("Near-duplicates")
struct NearDuplicatesTests {
  @Test("counts near-duplicates of a side once a pair, as two loops do")
  func nearDuplicates() throws {
    let pairs = try NoisyPairs(rowCount: 700)
    let cosines = try Similarity.cosine.matrix(pairs.keys, pairs.keys)
    var (count, touched): (Int, Set<Int>) = (0, [])
    for i in 0..<700 {
      for j in i + 1..<700 where cosines[i, j] >= 0.6 {
        count += 1
        touched.formUnion([i, j])
      }
    }
    let found = try NearDuplicates(
      pairs.keys.rowSource, threshold: 0.6, originals: Array(0..<700), task: "",
      progress: ProgressLine(write: nil))
    #expect(found.pairCount == count && count > 100)
    #expect(found.touchedCount == touched.count)
    let first = try #require(found.examples.first)
    #expect(
      abs(first.cosine - Double(cosines[first.first, first.second])) < 1e-6
        && first.first < first.second)
    #expect(zip(found.examples, found.examples.dropFirst()).allSatisfy { $0.cosine >= $1.cosine })
    #expect(found.differentCount == count && found.differentRowCount == touched.count)
  }

  @Test("says that they cannot all find their own only where most do not")
  func words() throws {
    for (noise, isHarmful) in [(Float(0.05), false), (3, true)] {
      let pairs = try NoisyPairs(noise: noise)
      let (queries, keys) = (pairs.queries.rowSource, pairs.keys.rowSource)
      let sides = PairAudit(queries: try SideAudit(queries), keys: try SideAudit(keys))
      let neighbors = try Neighbors(
        queries: queries, keys: keys, ids: nil, count: 1, progress: ProgressLine(write: nil))
      let near = try NearDuplicates.ofSides(
        queries: queries, keys: keys, ids: nil, sides: sides, threshold: 0.5,
        progress: ProgressLine(write: nil))
      for (side, found) in near {
        let words = try #require(
          found.words(side: side, sides: sides, neighbors: neighbors, hasIDs: false))
        #expect(words.contains("recall@1 among all 300 keys is "))
        let effect = side == "queries" ? "hardly more than one" : "may well come after its like"
        #expect(words.contains(effect) == isHarmful, "\(words)")
      }
    }
  }

  @Test("tells those apart that are equal or of one id")
  func different() throws {
    var pairs = try NoisyPairs(rowCount: 200)
    for row in 0..<50 {
      for column in 0..<12 { pairs.keys[row + 50, column] = pairs.keys[row, column] }
    }
    let originals = (0..<200).map { $0 < 100 ? $0 % 50 : $0 }
    let ids = (0..<200).map { $0 % 3 }
    let cosines = try Similarity.cosine.matrix(pairs.keys, pairs.keys)
    var (all, different, rows): (Int, Int, Set<Int>) = (0, 0, [])
    for i in 0..<200 {
      for j in i + 1..<200 where cosines[i, j] >= 0.6 {
        all += 1
        guard originals[i] != originals[j], ids[i] != ids[j] else { continue }
        different += 1
        rows.formUnion([i, j])
      }
    }
    let found = try NearDuplicates(
      pairs.keys.rowSource, threshold: 0.6, originals: originals, ids: ids, task: "",
      progress: ProgressLine(write: nil))
    #expect(found.pairCount == all && found.touchedCount > found.differentRowCount)
    #expect(found.differentCount == different && found.differentRowCount == rows.count)
    #expect(found.examples.count == different && different > 10)
    #expect(
      found.examples.allSatisfy {
        originals[$0.first] != originals[$0.second] && ids[$0.first] != ids[$0.second]
      })
  }
}
