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
  }
}
