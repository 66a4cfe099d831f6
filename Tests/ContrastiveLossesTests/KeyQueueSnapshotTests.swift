import Contrastive
import TestSupport
import Testing

@Suite("A snapshot of the key queue")
struct KeyQueueSnapshotTests {
  /// What was done to a queue before it was written.
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

  @Test("restores it to the bit, and it goes on alike", arguments: History.allCases)
  func roundTrip(_ history: History) throws {
    func check<Scalar: EmbeddingScalar & ArrayElement>(_: Scalar.Type) throws {
      let directory = try TemporaryDirectory()
      var queue = try history.queue(as: Scalar.self)
      try queue.write(to: directory("a.safetensors"))
      var restored = try KeyQueue<Scalar>(reading: directory("a.safetensors"))
      #expect(restored.capacity == queue.capacity && restored.dimension == queue.dimension)
      // The same bytes: every number was the same.
      try restored.write(to: directory("b.safetensors"))
      #expect(
        try contents(of: directory("b.safetensors")) == contents(of: directory("a.safetensors")))
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
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test("of rows whose length is 1 only about is restored as well")
  func inexactRows() throws {
    let directory = try TemporaryDirectory()
    let rows = try UnitRows(
      validating: [[1.3, 0], [0, 0], [0, -0.6]] as Matrix<Float>, tolerance: 0.5)
    var queue = try KeyQueue<Float>(capacity: 3, dimension: 2)
    try queue.enqueue(rows)
    try queue.write(to: directory("q.safetensors"))
    #expect(try KeyQueue<Float>(reading: directory("q.safetensors")).keys == rows)
  }

  @Test("that is none says what is wrong with it")
  func errors() throws {
    let directory = try TemporaryDirectory()
    let path = directory("q.safetensors")
    func expect(
      _ line: String, _ change: (inout [String: WritableArray]) -> Void,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var tensors: [String: WritableArray] = [
        "keys": WritableArray([1, 0, 0, -1] as [Float], shape: [2, 2]),
        "batches": WritableArray([1, 1], shape: [2]), "capacity": WritableArray([3], shape: []),
        "next": WritableArray([2], shape: []), "batchCount": WritableArray([1], shape: []),
      ]
      try SafetensorsFile.write(tensors, to: path)
      #expect(try KeyQueue<Float>(reading: path).count == 2, sourceLocation: sourceLocation)
      change(&tensors)
      try SafetensorsFile.write(tensors, to: path)
      let error = #expect(throws: ArrayFileError.self, sourceLocation: sourceLocation) {
        try KeyQueue<Float>(reading: path)
      }
      #expect(error?.description == "\(path)\(line)", sourceLocation: sourceLocation)
    }
    try expect(": holds no tensor 'keys'; it holds batchCount, batches, capacity, next") {
      $0["keys"] = nil
    }
    try expect(":keys: cannot be read: its elements are float64, expected float32") {
      $0["keys"] = WritableArray([1, 0, 0, -1] as [Double], shape: [2, 2])
    }
    try expect(":keys: expected 2 dimensions, found 1: shape (4,); reshape the array") {
      $0["keys"] = WritableArray([1, 0, 0, -1] as [Float], shape: [4])
    }
    try expect(": cannot be read: keys: row 1 has length 2.0, expected 1; normalise the rows first")
    {
      $0["keys"] = WritableArray([1, 0, 0, -2] as [Float], shape: [2, 2])
    }
    try expect(
      ": cannot be read: keys: row 0 holds a NaN or an infinity; every number must be finite"
    ) { $0["keys"] = WritableArray([1, .nan, 0, -1] as [Float], shape: [2, 2]) }
    try expect(": cannot be read: keys: expected at least one column, found none") {
      $0["keys"] = WritableArray([] as [Float], shape: [2, 0])
    }
    try expect(":capacity: cannot be read: it is 1, expected a number from 2 to \(Int.max)") {
      $0["capacity"] = WritableArray([1], shape: [])
    }
    try expect(
      ": cannot be read: capacity: expected a queue that fits the memory, found \(Int.max) × 2"
    ) { $0["capacity"] = WritableArray([Int.max], shape: []) }
    try expect(":next: cannot be read: it is 1, expected a number from 2 to 2") {
      $0["next"] = WritableArray([1], shape: [])
    }
    try expect(":batches: shape (1,) does not go with 2 rows") {
      $0["batches"] = WritableArray([1], shape: [1])
    }
    try expect(":batches: cannot be read: element 1 is 2, expected a number from 0 to 1") {
      $0["batches"] = WritableArray([1, 2], shape: [2])
    }
    try expect(
      ":batchCount: cannot be read: it is \(Int.max), expected a number from 0 to \(Int.max / 2)"
    ) { $0["batchCount"] = WritableArray([Int.max], shape: []) }
    try expect(":batchCount: expected whole numbers, found float32; save them as int64") {
      $0["batchCount"] = WritableArray([1] as [Float], shape: [])
    }
    try expect(
      ": holds no tensor 'labelled'; it holds batchCount, batches, capacity, labels, next, keys"
    ) { $0["labels"] = WritableArray([1, 1], shape: [2]) }
    #expect(throws: ArrayFileError.notFound(path: directory("none.safetensors"))) {
      try KeyQueue<Float>(reading: directory("none.safetensors"))
    }
  }
}
