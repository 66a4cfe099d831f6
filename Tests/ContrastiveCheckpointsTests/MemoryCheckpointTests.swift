import Contrastive
import ContrastiveCheckpoints
import TestSupport
import Testing

@Suite("Memories in a checkpoint")
struct MemoryCheckpointTests {
  /// What was done to a queue before it was saved.
  enum History: CaseIterable {
    case nothing, prefilled, partlyFilled, full, wrapped, labelled, partlyLabelled

    func queue<Scalar>(as scalar: Scalar.Type) throws -> KeyQueue<Scalar> {
      var queue = try KeyQueue<Scalar>(
        capacity: 5, dimension: 3, prefill: self == .prefilled ? .random(seed: 9) : .none)
      func enqueue(_ rowCount: Int, seed: UInt64, labels: [Int]? = nil) throws {
        try queue.enqueue(
          Matrix.random(rowCount: rowCount, columnCount: 3, seed: seed), labels: labels)
      }
      switch self {
      case .nothing, .prefilled: break
      case .partlyFilled: try enqueue(3, seed: 1)
      case .full: try enqueue(5, seed: 1)
      case .wrapped:
        try enqueue(4, seed: 1)
        try enqueue(3, seed: 2)
      case .labelled: try enqueue(2, seed: 1, labels: [.min, .max])
      case .partlyLabelled:
        try enqueue(4, seed: 1)
        try enqueue(3, seed: 2, labels: [-1, 0, 3])
      }
      return queue
    }
  }

  /// Saves one part, restores it into another, and checks that the same bytes come of that.
  private func restored<Part: Checkpointable>(_ part: Part, into fresh: Part) throws -> Part {
    let directory = try TemporaryDirectory()
    var (part, restored) = (part, fresh)
    try Checkpoint(at: directory("a")).save { $0.include(&part, as: "part") }
    try Checkpoint(at: directory("a")).restore { $0.include(&restored, as: "part") }
    try Checkpoint(at: directory("b")).save { $0.include(&restored, as: "part") }
    #expect(try contents(of: directory("a")) == contents(of: directory("b")))
    return restored
  }

  @Test("a queue is restored to the bit, and goes on alike", arguments: History.allCases)
  func queue(_ history: History) throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      var queue = try history.queue(as: Scalar.self)
      // Nothing of what was there before is left.
      var other = try KeyQueue<Scalar>(capacity: 5, dimension: 3, prefill: .random(seed: 1))
      try other.enqueue(Matrix.random(rowCount: 2, columnCount: 3, seed: 8), labels: [7, 7])
      let held = other
      var restored = try restored(queue, into: other)
      for (seed, rowCount) in [(11, 2), (12, 4), (13, 7)] as [(UInt64, Int)] {
        let keys = Matrix<Scalar>.random(rowCount: rowCount, columnCount: 3, seed: seed)
        let labels = seed == 12 ? Array(0..<rowCount) : nil
        try queue.enqueue(keys, labels: labels)
        try restored.enqueue(keys, labels: labels)
        #expect(restored.keys == queue.keys)
        #expect(restored.ages == queue.ages)
        #expect(restored.labels == queue.labels)
        #expect(restored.batchCount == queue.batchCount)
      }
      #expect(held.keys == other.keys && held.labels == other.labels)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(
    "a queue of 16 bits is restored to the bit, and not from one of other numbers",
    arguments: SixteenBitFormat.allCases)
  func narrowQueue(_ format: SixteenBitFormat) throws {
    func queue(_ storage: SixteenBitFormat?) throws -> KeyQueue<Float> {
      try KeyQueue(capacity: 5, dimension: 3, prefill: .random(seed: 9), storage: storage)
    }
    var original = try queue(format)
    try original.enqueue(Matrix.random(rowCount: 7, columnCount: 3, seed: 8))
    let restored = try restored(original, into: queue(format))
    #expect(restored.keys == original.keys && restored.storage == format)
    let others = [nil] + SixteenBitFormat.allCases.filter { $0 != format }
    for other in others {
      #expect(throws: CheckpointError.self) { try self.restored(original, into: queue(other)) }
      #expect(throws: CheckpointError.self) { try self.restored(queue(other), into: original) }
    }
  }

  @Test(
    "a bank of 16 bits is restored to the bit, and not from one of other numbers",
    arguments: SixteenBitFormat.allCases)
  func narrowBank(_ format: SixteenBitFormat) throws {
    func bank(_ seed: UInt64, _ storage: SixteenBitFormat?) throws -> MemoryBank<Float> {
      try MemoryBank(rowCount: 5, dimension: 3, seed: seed, storage: storage)
    }
    let original = try bank(1, format)
    let restored = try restored(original, into: bank(2, format))
    #expect(restored.rows == original.rows && restored.storage == format)
    for other in [nil] + SixteenBitFormat.allCases.filter({ $0 != format }) {
      #expect(throws: CheckpointError.self) { try self.restored(original, into: bank(2, other)) }
      #expect(throws: CheckpointError.self) { try self.restored(bank(2, other), into: original) }
    }
  }

  @Test("a queue of rows whose length is 1 only about is restored as well")
  func inexactRows() throws {
    let rows = try UnitRows(
      validating: [[1.2, 0], [0, 0], [0, -0.8]] as Matrix<Float>, tolerance: 0.25)
    var queue = try KeyQueue<Float>(capacity: 3, dimension: 2)
    let fresh = queue
    try queue.enqueue(rows)
    #expect(try restored(queue, into: fresh).keys == rows)
  }

  @Test("a bank is restored to the bit, and goes on alike")
  func bank() throws {
    func check<Scalar: EmbeddingScalar>(_: Scalar.Type) throws {
      var bank = try MemoryBank<Scalar>(rowCount: 7, dimension: 3, momentum: 0.1, seed: 1)
      var restored = try restored(bank, into: MemoryBank(rowCount: 7, dimension: 3, seed: 2))
      #expect(restored.momentum == 0.1 && restored.rows == bank.rows)
      let x = Matrix<Scalar>.random(rowCount: 2, columnCount: 3, seed: 1)
      try bank.update([6, 2], with: x)
      try restored.update([6, 2], with: x)
      #expect(restored.rows == bank.rows)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test("a cross-batch memory is restored to the bit, and goes on alike", arguments: [2, 7])
  func crossBatchMemory(rowCount: Int) throws {
    func rows(_ rowCount: Int, seed: UInt64) -> Matrix<Float> {
      .random(rowCount: rowCount, columnCount: 3, seed: seed)
    }
    var memory = try CrossBatchMemory<Float>(capacity: 5, dimension: 3)
    let fresh = memory
    try memory.enqueue(rows(rowCount, seed: 1), labels: Array(0..<rowCount))
    var restored = try restored(memory, into: fresh)
    let ids = try memory.enqueue(rows(4, seed: 2), labels: [3, 3, 2, 1])
    #expect(try restored.enqueue(rows(4, seed: 2), labels: [3, 3, 2, 1]) == ids)
    #expect(restored.keys == memory.keys && restored.labels == memory.labels)
    #expect(restored.ids == memory.ids && restored.ages == memory.ages)
  }
}
