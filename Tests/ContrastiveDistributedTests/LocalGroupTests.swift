import Contrastive
import ContrastiveDistributed
import ContrastiveEngine
import Testing
import TestSupport

@Suite("ranks of one process")
struct LocalGroupTests {
  @Test("gather parts of any length, and add up to the same bits", arguments: [1, 2, 3, 7])
  func collectives(ranks: Int) throws {
    let counts = (0..<ranks).map { $0 * 3 % 4 }
    let results = try LocalGroup.run(count: ranks) { group throws(ContrastiveError) in
      let own = (0..<counts[group.rank]).map { Double(10 * group.rank + $0) }
      try group.barrier()
      return (
        try group.allGather(own, counts: counts), try group.allReduce([0.1, Double(group.rank)])
      )
    }.map { try $0.get() }
    let expected = (0..<ranks).map { rank in (0..<counts[rank]).map { Double(10 * rank + $0) } }
    for (gathered, sums) in results {
      #expect(gathered == expected)
      #expect(sums == results[0].1)
      #expect(sums[1] == Double(ranks * (ranks - 1) / 2))
    }
  }

  @Test("say so when a rank calls for something else")
  func outOfStep() {
    let outcomes = LocalGroup.run(count: 2, limit: .seconds(60)) { group throws(ContrastiveError) in
      _ = try group.allReduce(group.rank == 0 ? [1] : [1, 2])
    }
    for outcome in outcomes {
      guard case .failure(let error) = outcome else {
        Issue.record("no error")
        continue
      }
      #expect("\(error)".contains("another call"), "\(error)")
    }
  }

  /// Keys go round twice and their gradient once: all ranks together send 3·(R − 1)·N·d numbers, besides a few for each row.
  ///
  /// A row's 5 numbers of statistics go round once, its positive's logit with it if ranks are counted, and 2 of slopes; then come
  /// the calls' records and sums.
  @Test("send what the ring says", arguments: [2, 3, 4, 7], [true, false])
  func traffic(ranks: Int, observes: Bool) throws {
    let (rowCount, dimension) = (21, 16)
    let rows = Sharding.uneven.ranges(of: rowCount, ranks: ranks)
    let batch = RankLoss.Inputs<Float>(rowCount: rowCount, dimension: dimension, seed: 9)
    func bytes(_ variables: CLIP.Variables, rows: [Range<Int>]) throws -> Int {
      try LocalGroup.run(count: ranks) { group throws(ContrastiveError) in
        let own = rows[group.rank]
        _ = try CLIP(temperature: 0.1).valueWithGradient(
          images: batch.first.rows(own), texts: batch.second.rows(own), of: variables,
          diagnostics: observes ? .all : .none, across: group)
        return group.traffic.byteCount
      }.map { try $0.get() }.reduce(0, +)
    }
    // One row on the first rank alone: of what every call sends, and of what one row does.
    let (one, other) = ([0..<1] + Array(repeating: 1..<1, count: ranks - 1), rows)
    let perRow = (ranks - 1) * (3 * dimension * 4 + (5 + 2 + (observes ? 1 : 0)) * 8)
    let fixed = try bytes(.all, rows: one) - perRow
    #expect(try bytes(.all, rows: other) == fixed + rowCount * perRow)
  }

  @Test("fill every rank's queue alike, in the order of the ranks")
  func queues() throws {
    let keys = Matrix<Float>.random(rowCount: 20, columnCount: 5, seed: 3)
    var expected = try KeyQueue<Float>(capacity: 16, dimension: 5)
    try expected.enqueue(keys, labels: Array(0..<20))
    let whole = expected
    for sharding in Sharding.allCases {
      let rows = sharding.ranges(of: 20, ranks: 4)
      let queues = try LocalGroup.run(count: 4) { group throws(ContrastiveError) in
        var queue = try KeyQueue<Float>(capacity: 16, dimension: 5)
        let own = rows[group.rank]
        try queue.enqueue(keys.rows(own), labels: Array(own), across: group)
        return (queue.keys.matrix, queue.labels)
      }.map { try $0.get() }
      for (matrix, labels) in queues {
        #expect(matrix == whole.keys.matrix)
        #expect(labels == whole.labels)
      }
    }
  }

  @Test("enters keys of one type of number into every rank's queue, or of none")
  func queueScalars() throws {
    @Sendable func enqueue<Scalar: EmbeddingScalar>(
      _: Scalar.Type, across group: LocalGroup
    ) throws(ContrastiveError) {
      var queue = try KeyQueue<Scalar>(capacity: 4, dimension: 2)
      try queue.enqueue(Matrix<Scalar>(rowCount: 2, columnCount: 2) { _, _ in 1 }, across: group)
    }
    let errors = try LocalGroup.run(count: 3) { group throws(ContrastiveError) in
      do throws(ContrastiveError) {
        if group.rank == 1 {
          try enqueue(Double.self, across: group)
        } else {
          try enqueue(Float.self, across: group)
        }
      } catch {
        // The group is alive.
        try group.barrier()
        return error.description
      }
      return ""
    }.map { try $0.get() }
    #expect(
      errors
        == Array(
          repeating: "scalar of rank 1: expected Float, as on rank 0, found Double", count: 3))
  }

  @Test("says that a rank is at another call, whatever numbers it sends")
  func otherCall() throws {
    let results = LocalGroup.run(count: 2) { group throws(ContrastiveError) in
      if group.rank == 0 {
        _ = try group.allReduce(Array(repeating: 1000, count: 49))
        return
      }
      var queue = try KeyQueue<Float>(capacity: 4, dimension: 2)
      try queue.enqueue([[1, 0]] as Matrix<Float>, across: group)
    }
    #expect(throws: ContrastiveError.self) { try results[1].get() }
  }
}
