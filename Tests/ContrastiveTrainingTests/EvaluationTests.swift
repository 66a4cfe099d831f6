import Contrastive
import ContrastiveTraining
import Foundation
import TestSupport
import Testing

@Suite("Evaluation")
struct EvaluationTests {
  private func cosine(_ a: [Double], _ b: [Double]) -> Double {
    let (x, y) = (a.reduce(0) { $0 + $1 * $1 }, b.reduce(0) { $0 + $1 * $1 })
    return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (x * y).squareRoot()
  }

  private func rows(_ matrix: Matrix<Double>) -> [[Double]] {
    (0..<matrix.rowCount).map { r in (0..<matrix.columnCount).map { matrix[r, $0] } }
  }

  // Sizes on both sides of a block of 128 queries and of a tile of 512 keys.
  @Test(
    "ranks as plain loops do",
    arguments: [(1, 1), (5, 5), (127, 600), (128, 512), (129, 513), (300, 1100)])
  func ranks(queryCount: Int, keyCount: Int) throws {
    let queries = Matrix<Double>.random(rowCount: queryCount, columnCount: 6, seed: 1)
    let keys = Matrix<Double>.random(rowCount: keyCount, columnCount: 6, seed: 2)
    let positives = (0..<queryCount).map { ($0 * 7 + 3) % keyCount }
    let (q, k) = (rows(queries), rows(keys))
    let expected = (0..<queryCount).map { i in
      let own = cosine(q[i], k[positives[i]])
      // Random cosines differ by far more than their rounding.
      return 1 + Double(k.count { cosine(q[i], $0) > own + 1e-12 })
    }
    for threads in [1, 3] {
      let options = ComputeOptions(threads: threads)
      let result = try RetrievalRanks(
        queries: queries, keys: keys, positives: positives, options: options)
      #expect(result.ranks == expected)
      #expect(
        try RetrievalRanks(
          queries: queries.normalized(), keys: keys.normalized(), positives: positives,
          options: options) == result)
      // In Float, ties within rounding may take half a rank from a few.
      let narrow = try RetrievalRanks(
        queries: queries.converted(to: Float.self), keys: keys.converted(to: Float.self),
        positives: positives, options: options)
      #expect(zip(narrow.ranks, expected).allSatisfy { abs($0 - $1) <= 1 })
    }
    let ranks = try RetrievalRanks(queries: queries, keys: keys, positives: positives)
    for k in [1, 2, 10] {
      #expect(
        ranks.recall(at: k)
          == Double(expected.filter { $0 <= Double(k) }.count) / Double(queryCount))
    }
    let reciprocal = expected.map { 1 / $0 }.reduce(0, +) / Double(queryCount)
    #expect(abs(ranks.meanReciprocalRank - reciprocal) < 1e-14)
  }

  @Test("gives ties half, and a collapsed model chance")
  func ties() throws {
    let same = Matrix<Float>(rowCount: 9, columnCount: 4) { _, column in Float(column) - 1.3 }
    let collapsed = try RetrievalRanks(queries: same, keys: same)
    #expect(collapsed.ranks == Array(repeating: 5, count: 9))
    #expect(collapsed.recall(at: 4) == 0 && collapsed.recall(at: 5) == 1)
    let keys: Matrix<Float> = [[1, 0], [1, 0], [0, 1], [-1, 0]]
    let queries: Matrix<Float> = [[1, 0], [1, 0], [1, 0], [1, 0]]
    #expect(try RetrievalRanks(queries: queries, keys: keys).ranks == [1.5, 1.5, 3, 4])
    // A zero row has cosine 0 with everything.
    #expect(
      try RetrievalRanks(queries: [[0, 0]] as Matrix<Float>, keys: keys, positives: [2]).ranks == [
        2.5
      ])
  }

  @Test(
    "ranks the nearest of several right keys, as plain loops do",
    arguments: [(1, 1), (5, 2), (127, 40), (129, 7), (300, 300)])
  func rightKeys(count: Int, groupCount: Int) throws {
    let queries = Matrix<Double>.random(rowCount: count, columnCount: 6, seed: 1)
    let keys = Matrix<Double>.random(rowCount: count, columnCount: 6, seed: 2)
    let ids = (0..<count).map { $0 * 7 % groupCount - 3 }
    let (q, k) = (rows(queries), rows(keys))
    let expected = (0..<count).map { i in
      let cosines = k.map { cosine(q[i], $0) }
      let best = zip(cosines, ids).filter { $0.1 == ids[i] }.map(\.0).max() ?? 0
      return 1 + Double(zip(cosines, ids).count { $0.1 != ids[i] && $0.0 > best + 1e-12 })
    }
    for threads in [1, 3] {
      let result = try RetrievalRanks(
        queries: queries, keys: keys, ids: ids, options: ComputeOptions(threads: threads))
      #expect(result.ranks == expected)
    }
    // Of one row each they are the rows' own keys.
    #expect(
      try RetrievalRanks(queries: queries, keys: keys, ids: Array(0..<count))
        == RetrievalRanks(queries: queries, keys: keys))
  }

  @Test("ranks the nearest of a query's captions, of which there are others than queries")
  func captions() throws {
    let images = Matrix<Double>.random(rowCount: 40, columnCount: 6, seed: 1)
    let captions = Matrix<Double>.random(rowCount: 133, columnCount: 6, seed: 2)
    let (imageIDs, captionIDs) = ((0..<40).map { $0 % 30 }, (0..<133).map { $0 * 7 % 31 })
    let (q, k) = (rows(images), rows(captions))
    let expected = (0..<40).map { i in
      let cosines = k.map { cosine(q[i], $0) }
      let best = zip(cosines, captionIDs).filter { $0.1 == imageIDs[i] }.map(\.0).max() ?? 0
      return 1
        + Double(zip(cosines, captionIDs).count { $0.1 != imageIDs[i] && $0.0 > best + 1e-12 })
    }
    #expect(
      try RetrievalRanks(
        queries: images, keys: captions, queryIDs: imageIDs, keyIDs: captionIDs
      ).ranks == expected)
    func line(_ imageIDs: [Int], _ captionIDs: [Int]) -> String {
      do {
        _ = try RetrievalRanks(
          queries: images, keys: captions, queryIDs: imageIDs, keyIDs: captionIDs)
        return "done"
      } catch { return error.description }
    }
    #expect(line([1], captionIDs) == "queryIDs: expected 40, one per row of queries, found 1")
    #expect(line(imageIDs, [1]) == "keyIDs: expected 133, one per row of keys, found 1")
    #expect(
      line(imageIDs.map { $0 == 29 ? 99 : $0 }, captionIDs)
        == "queryIDs: expected an id of a key, found 99, which no key has in row 29")
  }

  @Test("gives no rank to further right keys, and ties of wrong ones half")
  func rightTies() throws {
    let same = Matrix<Float>(rowCount: 9, columnCount: 4) { _, column in Float(column) - 1.3 }
    #expect(
      try RetrievalRanks(queries: same, keys: same, ids: [0, 0, 0, 1, 1, 1, 2, 2, 2]).ranks
        == Array(repeating: 4, count: 9))
    #expect(
      try RetrievalRanks(queries: same, keys: same, ids: Array(repeating: 5, count: 9)).ranks
        == Array(repeating: 1, count: 9))
    do {
      _ = try RetrievalRanks(queries: same, keys: same, ids: [0])
      Issue.record("one id is taken for nine rows")
    } catch {
      #expect(error.description == "ids: expected 9, as queries, found 1")
    }
  }

  @Test("says what cannot be ranked")
  func rankErrors() throws {
    let queries = Matrix<Float>.random(rowCount: 2, columnCount: 3, seed: 1)
    let keys = Matrix<Float>.random(rowCount: 3, columnCount: 3, seed: 2)
    func text(_ positives: [Int]?, _ keys: Matrix<Float>) -> String? {
      do {
        _ = try RetrievalRanks(queries: queries, keys: keys, positives: positives)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(text(nil, keys) == "keys: expected 2 rows, as queries, found 3 rows")
    #expect(text([0], keys) == "positives: expected 2, as queries, found 1")
    #expect(
      text([0, 3], keys) == "positives: expected a row of keys, from 0 to 2, found 3 in row 1")
    #expect(
      text([0, 1], keys.columns(0..<2))
        == "keys: expected 3 columns, as queries, found 2 columns")
  }

  @Test("classifies as plain loops do", arguments: [(1, 1), (1, 40), (7, 40), (30, 40), (200, 40)])
  func neighbors(neighborCount: Int, keyCount: Int) throws {
    let queries = Matrix<Double>.random(rowCount: 150, columnCount: 3, seed: 1)
    let keys = Matrix<Double>.random(rowCount: keyCount, columnCount: 3, seed: 2)
    let labels = (0..<keyCount).map { $0 % 4 - 1 }
    let (q, k) = (rows(queries), rows(keys))
    let expected = q.map { query in
      let nearest = k.indices.map { (cosine(query, k[$0]), $0) }.sorted { $0 > $1 }
        .prefix(neighborCount)
      var weights: [Int: Double] = [:]
      for (similarity, key) in nearest {
        weights[labels[key], default: 0] += exp(similarity / 0.07)
      }
      return weights.max { $0.value < $1.value }?.key
    }
    for threads in [1, 3] {
      let classifier = try WeightedNeighbors(
        keys: keys, labels: labels, neighborCount: neighborCount)
      let classes = try classifier.classes(of: queries, options: ComputeOptions(threads: threads))
      #expect(classes == expected)
      #expect(try classifier.accuracy(of: queries, labels: classes) == 1)
      #expect(try classifier.accuracy(of: queries, labels: classes.map { $0 + 1 }) == 0)
    }
  }

  @Test("takes the first rows, and the smallest label, where neighbours tie")
  func neighborTies() throws {
    let keys: Matrix<Float> = [[1, 0], [1, 0], [1, 0], [1, 0]]
    func winner(_ labels: [Int], _ count: Int) throws -> [Int] {
      try WeightedNeighbors(keys: keys, labels: labels, neighborCount: count)
        .classes(of: [[1, 0]] as Matrix<Float>)
    }
    #expect(try winner([3, 2, 1, 0], 1) == [3])
    #expect(try winner([3, 2, 2, 3], 3) == [2])
    #expect(try winner([3, 2, 2, 3], 4) == [2])
    // At a τ whose exponentials overflow, the nearest alone counts.
    let classifier = try WeightedNeighbors(
      keys: [[1, 0.1], [1, 0], [1, 0]] as Matrix<Float>, labels: [5, 6, 6], neighborCount: 3,
      temperature: 1e-6)
    #expect(try classifier.classes(of: [[1, 0.1]] as Matrix<Float>) == [5])
  }

  @Test("says what cannot be classified")
  func neighborErrors() throws {
    let keys = Matrix<Float>.random(rowCount: 2, columnCount: 3, seed: 1)
    #expect(throws: ContrastiveError.self) { try WeightedNeighbors(keys: keys, labels: [1]) }
    #expect(throws: ContrastiveError.self) {
      try WeightedNeighbors(keys: keys, labels: [1, 2], neighborCount: 0)
    }
    let classifier = try WeightedNeighbors(keys: keys, labels: [1, 2])
    #expect(throws: ContrastiveError.self) { try classifier.classes(of: keys.columns(0..<2)) }
    #expect(throws: ContrastiveError.self) { try classifier.accuracy(of: keys, labels: [1]) }
    #expect(try classifier.classes(of: keys.rows(0..<0)) == [])
    var changed = classifier
    changed.neighborCount = 0
    #expect(throws: ContrastiveError.self) { try changed.classes(of: keys) }
    #expect(throws: ContrastiveError.self) {
      try WeightedNeighbors(keys: keys, labels: [1, 2], temperature: Temperature(rows: [0.1, 1]))
    }
    changed = classifier
    changed.temperature = -0.1
    #expect(throws: ContrastiveError.self) { try changed.accuracy(of: keys, labels: [1, 2]) }
  }

  @Test("ranks rows stored in 16 bits as the converted ones", arguments: SixteenBitFormat.allCases)
  func storedRanks(format: SixteenBitFormat) throws {
    let stored = try (1...2 as ClosedRange<UInt64>).map {
      try Matrix<Double>.random(rowCount: 150, columnCount: 6, seed: $0).normalized().stored(
        as: format)
    }
    let wide = try stored.map { try UnitRows(validating: $0.matrix) }
    #expect(
      try RetrievalRanks(queries: stored[0], keys: stored[1]).ranks
        == RetrievalRanks(queries: wide[0], keys: wide[1]).ranks)
  }
}
