import Contrastive
import TestSupport
import Testing

@Suite("The cross-batch memory")
struct CrossBatchMemoryTests {
  private func rows(_ rowCount: Int, seed: UInt64) -> Matrix<Float> {
    .random(rowCount: rowCount, columnCount: 3, seed: seed)
  }

  @Test("keeps keys, labels and ids side by side, and counts ids on")
  func enqueue() throws {
    var memory = try CrossBatchMemory<Float>(capacity: 4, dimension: 3)
    let (a, b) = (rows(3, seed: 1), rows(2, seed: 2))
    #expect(try memory.enqueue(a, labels: [7, 8, 9]) == [0, 1, 2])
    #expect(memory.count == 3)
    #expect(try memory.enqueue(b, labels: [5, 6]) == [3, 4])
    #expect(memory.labels == [6, 8, 9, 5])
    #expect(memory.ids == [4, 1, 2, 3])
    #expect(memory.ages == [0, 1, 1, 0])
    let (unitA, unitB) = (try a.normalized(), try b.normalized())
    for (slot, row) in [unitB.rows(1..<2), unitA.rows(1..<2), unitA.rows(2..<3), unitB.rows(0..<1)]
      .enumerated()
    {
      #expect(memory.keys.rows(slot..<slot + 1) == row)
    }
    // Of a batch that is larger than the memory, the last rows; every row has an id.
    #expect(
      try memory.enqueue(rows(6, seed: 3), labels: [0, 1, 2, 3, 4, 5]) == [5, 6, 7, 8, 9, 10])
    #expect(memory.ids.sorted() == [7, 8, 9, 10])
    #expect(memory.labels.sorted() == [2, 3, 4, 5])
    #expect(try memory.enqueue(b, labels: [1, 1], ids: [-3, .max]) == [-3, .max])
    #expect(Set(memory.ids).isSuperset(of: [-3, .max]))
    memory.reset()
    #expect(memory.count == 0 && memory.labels == [] && memory.ids == [])
    #expect(try memory.enqueue(b, labels: [1, 2]) == [13, 14])
  }

  @Test("is unchanged by a batch that does not fit")
  func errors() throws {
    var memory = try CrossBatchMemory<Float>(capacity: 4, dimension: 3)
    try memory.enqueue(rows(3, seed: 1), labels: [7, 8, 9])
    func expect(
      _ line: String, _ batch: Matrix<Float>, _ labels: [Int], ids: [Int]? = nil,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let error = #expect(throws: ContrastiveError.self, sourceLocation: sourceLocation) {
        try memory.enqueue(batch, labels: labels, ids: ids)
      }
      #expect(error?.description == line, sourceLocation: sourceLocation)
    }
    let batch = rows(2, seed: 2)
    expect("labels: expected 2, one per row of embeddings, found 1", batch, [1])
    expect("ids: expected 2, one per row of embeddings, found 3", batch, [1, 2], ids: [1, 2, 3])
    expect(
      "embeddings: expected 3 columns, as the memory, found 2 columns", batch.columns(0..<2),
      [1, 2])
    expect(
      "embeddings: row 1 holds a NaN or an infinity; every number must be finite",
      batch.replacing(1, 2, by: .nan), [1, 2])
    #expect(memory.labels == [7, 8, 9] && memory.ids == [0, 1, 2])
    #expect(try memory.keys == rows(3, seed: 1).normalized())
    let size = #expect(throws: ContrastiveError.self) {
      try CrossBatchMemory<Float>(capacity: 0, dimension: 3)
    }
    #expect(size?.description == "capacity: expected a positive whole number, found 0")
  }
}
