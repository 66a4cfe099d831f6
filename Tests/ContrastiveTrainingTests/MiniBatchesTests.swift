import Contrastive
import ContrastiveTraining
import Testing

@Suite("Mini-batches")
struct MiniBatchesTests {
  private func epochs(
    _ count: Int, of batches: MiniBatches
  ) -> [[MiniBatches.Batch]] {
    var batches = batches
    return (0..<count).map { _ in (0..<batches.countPerEpoch).map { _ in batches.next() } }
  }

  @Test("of an epoch take every row once", arguments: [1, 3, 5, 10])
  func kept(batchSize: Int) throws {
    let batches = try MiniBatches(rowCount: 10, batchSize: batchSize, remainder: .kept, seed: 1)
    for (number, epoch) in epochs(3, of: batches).enumerated() {
      #expect(epoch.flatMap(\.rows).sorted() == Array(0..<10))
      #expect(epoch.dropLast().allSatisfy { $0.rows.count == batchSize && !$0.endsEpoch })
      #expect(epoch.last?.endsEpoch == true)
      #expect(epoch.allSatisfy { $0.epoch == number })
    }
  }

  @Test("drop what does not fill one, other rows in every epoch")
  func dropped() throws {
    let batches = try MiniBatches(rowCount: 10, batchSize: 4, seed: 1)
    #expect(batches.countPerEpoch == 2)
    let epochs = epochs(20, of: batches)
    #expect(epochs.allSatisfy { $0.allSatisfy { $0.rows.count == 4 } })
    #expect(epochs.allSatisfy { Set($0.flatMap(\.rows)).count == 8 })
    #expect(Set(epochs.flatMap { $0.flatMap(\.rows) }).count == 10)
  }

  @Test("are the same for a seed, and others for another")
  func seeds() throws {
    func rows(_ seed: UInt64) throws -> [[Int]] {
      epochs(2, of: try MiniBatches(rowCount: 50, batchSize: 50, seed: seed)).map { $0[0].rows }
    }
    #expect(try rows(1) == rows(1))
    #expect(try rows(1) != rows(2))
    #expect(try rows(1)[0] != rows(1)[1])
  }

  @Test("say what sizes there are", arguments: [0, -1, 11])
  func errors(batchSize: Int) {
    let error = #expect(throws: ContrastiveError.self) {
      try MiniBatches(rowCount: 10, batchSize: batchSize, seed: 1)
    }
    #expect(error?.description.contains("a whole number from 1 to 10, found \(batchSize)") == true)
  }
}
