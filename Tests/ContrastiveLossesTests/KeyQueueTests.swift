import Contrastive
import ContrastiveLosses
import TestSupport
import Testing

@Suite("The key queue")
struct KeyQueueTests {
  /// One-hot rows, so that a key is recognised by where its 1 is.
  private func batch(_ numbers: [Int], dimension: Int) throws -> UnitRows<Float> {
    try UnitRows(
      validating: Matrix(rowCount: numbers.count, columnCount: dimension) {
        numbers[$0] == $1 ? 1 : 0
      })
  }

  private func numbers(_ keys: UnitRows<Float>) -> [Int] {
    (0..<keys.rowCount).map { r in
      (0..<keys.columnCount).first { keys.matrix[r, $0] == 1 } ?? -1
    }
  }

  @Test(
    "holds the newest keys with their labels and ages, like an array that drops its first",
    arguments: 1...8)
  func firstInFirstOut(seed: UInt64) throws {
    struct Key: Hashable {
      let number: Int
      let label: Int?
      let batch: Int
    }
    var generator = SeededGenerator(seed: seed)
    let capacity = Int.random(in: 1...9, using: &generator)
    let dimension = 120
    var queue = try KeyQueue<Float>(capacity: capacity, dimension: dimension)
    var model: [Key] = []
    var (next, batches) = (0, 0)
    while next < dimension {
      let size = min(Int.random(in: 0...2 * capacity + 1, using: &generator), dimension - next)
      let new = Array(next..<next + size)
      let labels = Bool.random(using: &generator) ? new.map { $0 % 7 } : nil
      next += size
      batches += 1
      try queue.enqueue(try batch(new, dimension: dimension), labels: labels)
      model += new.map { Key(number: $0, label: labels == nil ? nil : $0 % 7, batch: batches) }
      model = Array(model.suffix(capacity))
      #expect(queue.count == model.count)
      #expect(queue.batchCount == batches)
      let (labelsHeld, ages) = (queue.labels, queue.ages)
      let held = numbers(queue.keys).enumerated().map { slot, number in
        Key(number: number, label: labelsHeld[slot], batch: batches - ages[slot])
      }
      #expect(held.count == model.count)
      #expect(Set(held) == Set(model))
    }
    #expect(queue.count == capacity)
  }

  // lightly's memory bank writes of the batch that reaches its end what fits, drops the rest and
  // starts again at 0: two of four rows here.
  @Test("keeps every row of the batch that wraps around (lightly drops some)")
  func rowsAtTheWrap() throws {
    var queue = try KeyQueue<Float>(capacity: 10, dimension: 16)
    for first in stride(from: 0, to: 16, by: 4) {
      try queue.enqueue(try batch(Array(first..<first + 4), dimension: 16))
    }
    #expect(numbers(queue.keys) == [10, 11, 12, 13, 14, 15, 6, 7, 8, 9])
    #expect(queue.ages == [1, 1, 0, 0, 0, 0, 2, 2, 1, 1])
  }

  @Test("offers a loss the slots that are filled, and no others")
  func partialFill() throws {
    let rows = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1)
    let keys = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 2)
    var queue = try KeyQueue<Double>(capacity: 100, dimension: 4)
    let loss = InfoNCE(temperature: 0.2)
    let empty = try loss.valueWithGradient(
      queries: rows, positives: rows, negatives: .shared(queue.keys))
    #expect(empty.value == 0 && empty.diagnostics?.chance == 0)
    try queue.enqueue(keys)
    let filled = try loss.valueWithGradient(
      queries: rows, positives: rows, negatives: .shared(queue.keys), of: .queries)
    let direct = try loss.valueWithGradient(
      queries: rows, positives: rows, negatives: .shared(try keys.normalized()), of: .queries)
    #expect(filled.terms == direct.terms)
    #expect(filled.gradient.queries == direct.gradient.queries)
    #expect(filled.diagnostics == direct.diagnostics)
  }

  @Test("tells labels, by which keys of a query's own are no negatives")
  func labels() throws {
    let rows = Matrix<Double>.random(rowCount: 2, columnCount: 4, seed: 1)
    let keys = Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 2)
    var queue = try KeyQueue<Double>(capacity: 5, dimension: 4)
    try queue.enqueue(keys.rows(0..<3), labels: [7, 8, 7])
    try queue.enqueue(keys.rows(3..<5))
    let loss = InfoNCE(temperature: 0.2)
    let step = try loss.valueWithGradient(
      queries: rows, positives: rows, negatives: .shared(queue.keys),
      excluding: .equalIDs([7, 5], negatives: queue.labels.map { $0 ?? -1 }))
    let others = Matrix(rowCount: 3, columnCount: 4) { keys[[1, 3, 4][$0], $1] }
    for (row, negatives) in [(0, others), (1, keys)] {
      let query = rows.rows(row..<row + 1)
      let alone = try loss.value(
        queries: query, positives: query, negatives: .shared(negatives))
      expectClose(step.terms[row], alone, size: 1, tolerance: 1e-14, "query \(row)")
    }
  }

  @Test("is what a new one is when it is reset")
  func reset() throws {
    var queue = try KeyQueue<Float>(capacity: 4, dimension: 6, prefill: .random(seed: 1))
    try queue.enqueue(try batch([0, 1, 2], dimension: 6), labels: [7, 8, 9])
    #expect(queue.ages == [0, 0, 0, 1])
    #expect(queue.labels == [7, 8, 9, nil])
    queue.reset()
    #expect(queue.count == 0 && queue.batchCount == 0)
    #expect(queue.keys.rowCount == 0 && queue.ages == [] && queue.labels == [])
    try queue.enqueue(try batch([4, 5], dimension: 6))
    #expect(numbers(queue.keys) == [4, 5])
    #expect(queue.ages == [0, 0] && queue.labels == [nil, nil])
    queue.reset(prefill: .random(seed: 1))
    let new = try KeyQueue<Float>(capacity: 4, dimension: 6, prefill: .random(seed: 1))
    #expect(queue.keys == new.keys)
    #expect(queue.ages == [0, 0, 0, 0] && queue.labels == [nil, nil, nil, nil])
  }

  @Test("wraps around in place, oldest first")
  func wrap() throws {
    var queue = try KeyQueue<Float>(capacity: 5, dimension: 12)
    try queue.enqueue(try batch([0, 1, 2], dimension: 12))
    #expect(numbers(queue.keys) == [0, 1, 2])
    try queue.enqueue(try batch([3, 4, 5, 6], dimension: 12))
    #expect(numbers(queue.keys) == [5, 6, 2, 3, 4])
    try queue.enqueue(try batch([7, 8, 9, 10, 11, 0, 1], dimension: 12))
    #expect(numbers(queue.keys).sorted() == [0, 1, 9, 10, 11])
  }

  @Test("normalises raw keys, and takes unit keys as they are")
  func normalises() throws {
    let raw = Matrix<Double>.random(rowCount: 7, columnCount: 4, seed: 1)
    var queue = try KeyQueue<Double>(capacity: 5, dimension: 4)
    try queue.enqueue(raw)
    let unit = try raw.normalized()
    // Rows 2...6 from slot 2 on: the ring moves as if the first two had been there.
    for (slot, row) in [(0, 5), (1, 6), (2, 2), (3, 3), (4, 4)] {
      #expect(queue.keys.matrix.rows(slot..<slot + 1) == unit.matrix.rows(row..<row + 1))
    }
    var other = try KeyQueue<Double>(capacity: 5, dimension: 4)
    try other.enqueue(unit)
    #expect(other.keys == queue.keys)
  }

  @Test("is filled with seeded unit rows on demand")
  func prefill() throws {
    func queue(_ prefill: KeyQueue<Float>.Prefill) throws -> KeyQueue<Float> {
      try KeyQueue(capacity: 6, dimension: 3, prefill: prefill)
    }
    #expect(try queue(.none).count == 0)
    #expect(try queue(.none).keys.rowCount == 0)
    let keys = try queue(.random(seed: 4)).keys
    #expect(keys.rowCount == 6)
    #expect(try queue(.random(seed: 4)).keys == keys)
    #expect(try queue(.random(seed: 5)).keys != keys)
    for r in 0..<6 {
      let square = (0..<3).reduce(0) { $0 + keys.matrix[r, $1] * keys.matrix[r, $1] }
      #expect(abs(square - 1) < 4 * Float.ulpOfOne)
    }
  }

  @Test("is unchanged by a batch that does not fit")
  func errors() throws {
    var queue = try KeyQueue<Float>(capacity: 3, dimension: 4)
    try queue.enqueue(try batch([1, 2], dimension: 4))
    let before = queue.keys
    let narrow = #expect(throws: ContrastiveError.self) {
      try queue.enqueue(Matrix<Float>.random(rowCount: 2, columnCount: 3, seed: 1))
    }
    #expect(narrow?.description == "keys: expected 4 columns, as the queue, found 3 columns")
    let broken = #expect(throws: ContrastiveError.self) {
      try queue.enqueue(
        Matrix<Float>.random(rowCount: 2, columnCount: 4, seed: 1).replacing(1, 2, by: .nan))
    }
    #expect(
      broken?.description
        == "keys: row 1 holds a NaN or an infinity; every number must be finite")
    let short = #expect(throws: ContrastiveError.self) {
      try queue.enqueue(try batch([1, 2], dimension: 4), labels: [1])
    }
    #expect(short?.description == "labels: expected 2, one per row of keys, found 1")
    #expect(queue.count == 2 && queue.batchCount == 1)
    #expect(queue.keys == before)
    try queue.enqueue(try batch([3, 0], dimension: 4))
    #expect(numbers(queue.keys) == [0, 2, 3])
    for (capacity, dimension, line) in [
      (0, 4, "capacity: expected a positive whole number, found 0"),
      (3, -1, "dimension: expected a positive whole number, found -1"),
    ] {
      let error = #expect(throws: ContrastiveError.self) {
        try KeyQueue<Float>(capacity: capacity, dimension: dimension)
      }
      #expect(error?.description == line)
    }
  }

  @Test("and its keys are values: a copy does not see what comes after")
  func copies() throws {
    var queue = try KeyQueue<Float>(capacity: 2, dimension: 6)
    try queue.enqueue(try batch([0, 1], dimension: 6))
    let (copy, keys) = (queue, queue.keys)
    try queue.enqueue(try batch([2], dimension: 6))
    #expect(numbers(queue.keys) == [2, 1])
    #expect(numbers(copy.keys) == [0, 1])
    #expect(numbers(keys) == [0, 1])
    // Its own keys are a batch like any other.
    try queue.enqueue(queue.keys)
    #expect(numbers(queue.keys).sorted() == [1, 2])
  }

  @Test("refuses a size that no memory has")
  func hugeSizes() {
    for (capacity, dimension) in [(Int.max, 2), (1 << 47, 1 << 10), (1, Int(Int32.max) + 1)] {
      #expect(throws: ContrastiveError.self) {
        try KeyQueue<Float>(capacity: capacity, dimension: dimension)
      }
    }
  }
}
