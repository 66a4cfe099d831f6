import Contrastive
import TestSupport
import Testing

@Suite("Keys stored in 16 bits")
struct SixteenBitStorageTests {
  private func normal<Scalar: EmbeddingScalar>(
    _ rowCount: Int, _ columnCount: Int, seed: UInt64
  ) -> Matrix<Scalar> {
    var generator = SeededGenerator(seed: seed)
    return Matrix(rowCount: rowCount, columnCount: columnCount) { _, _ in
      Scalar(generator.nextNormal())
    }
  }

  /// The same step with a 16-bit queue and with its keys as scalars; bits equal.
  private func checkStep<Scalar: EmbeddingScalar>(
    _ type: Scalar.Type, _ format: SixteenBitFormat
  ) throws {
    var queue = try KeyQueue<Scalar>(
      capacity: 1000, dimension: 37, prefill: .random(seed: 3), storage: format)
    // The second batch goes past the ring's end.
    for seed in 1...2 as ClosedRange<UInt64> {
      try queue.enqueue(normal(700, 37, seed: seed), labels: Array(0..<700))
    }
    let keys = try UnitRows(validating: queue.keys.matrix)
    #expect(keys == queue.keys)
    let (queries, positives) = (
      normal(70, 37, seed: 5) as Matrix<Scalar>, normal(70, 37, seed: 6) as Matrix<Scalar>
    )
    for temperature in [0.01, 0.07, 1] {
      let loss = InfoNCE(temperature: try Temperature(temperature))
      let narrow = try loss.valueWithGradient(
        queries: queries, positives: positives, negatives: .shared(queue.keys))
      let wide = try loss.valueWithGradient(
        queries: queries, positives: positives, negatives: .shared(keys))
      #expect(narrow.value == wide.value)
      #expect(narrow.gradient.queries == wide.gradient.queries)
      #expect(narrow.gradient.positives == wide.gradient.positives)
      #expect(narrow.gradient.negatives == wide.gradient.negatives)
      #expect(narrow.diagnostics?.top1Accuracy == wide.diagnostics?.top1Accuracy)
    }
  }

  @Test("give the bits that the converted keys give", arguments: SixteenBitFormat.allCases)
  func step(format: SixteenBitFormat) throws {
    try checkStep(Float.self, format)
    try checkStep(Double.self, format)
  }

  @Test("serve a bank's losses and updates", arguments: SixteenBitFormat.allCases)
  func bank(format: SixteenBitFormat) throws {
    var bank = try MemoryBank<Float>(rowCount: 40, dimension: 9, seed: 4, storage: format)
    #expect(bank.storage == format && bank.rowCount == 40 && bank.dimension == 9)
    let fresh = try MemoryBank<Float>(rowCount: 40, dimension: 9, seed: 4)
    #expect(bank.rows == fresh.rows.stored(as: format) && fresh.storage == nil)
    let x: Matrix<Float> = normal(3, 9, seed: 2)
    let indices = [7, 39, 7]
    // The same averages of rows that were rounded before, and are after.
    var plain = try MemoryBank(UnitRows(validating: bank.rows.matrix))
    try bank.update([7, 39], with: x.rows(0..<2))
    try plain.update([7, 39], with: x.rows(0..<2))
    #expect(
      try bank.rows.matrix == UnitRows(validating: plain.rows.matrix).stored(as: format).matrix)
    #expect(try bank.rows(at: indices).matrix == bank.rows.matrix.rows(at: indices))
    let narrow = try NPIDSoftmax(temperature: 0.1).valueWithGradient(
      embeddings: x, memory: bank.rows, targets: indices)
    let wide = try NPIDSoftmax(temperature: 0.1).valueWithGradient(
      embeddings: x, memory: UnitRows(validating: bank.rows.matrix), targets: indices)
    #expect(narrow.value == wide.value)
    #expect(narrow.gradient.embeddings == wide.gradient.embeddings)
    let nce = NPIDNCE(temperature: 0.1, normalization: try NormalizationConstant(30))
    let lists = [[7, 1, 2], [39, 0, 5], [7, 7, 3]]
    #expect(
      try nce.value(embeddings: x, memory: bank.rows, indices: lists)
        == nce.value(
          embeddings: x, memory: UnitRows(validating: bank.rows.matrix), indices: lists))
  }

  @Test("are the batch's unit rows, rounded", arguments: SixteenBitFormat.allCases)
  func rounded(format: SixteenBitFormat) throws {
    let batch: Matrix<Float> = normal(5, 9, seed: 1)
    var queue = try KeyQueue<Float>(capacity: 8, dimension: 9, storage: format)
    #expect(queue.storage == format)
    try queue.enqueue(batch)
    let unit = try batch.normalized()
    #expect(queue.keys == unit.stored(as: format))
    // Half a unit in the last of 11 or 8 places.
    let unitInTheLastPlace: Float = format == .float16 ? 0x1p-11 : 0x1p-8
    for row in 0..<5 {
      for column in 0..<9 {
        let (exact, stored) = (unit.matrix[row, column], queue.keys.matrix[row, column])
        #expect(abs(exact - stored) <= abs(exact) * unitInTheLastPlace)
        #expect(exact != stored || exact == 0)
      }
    }
    // Stored rows are stored again to the bit.
    var again = try KeyQueue<Float>(capacity: 8, dimension: 9, storage: format)
    try again.enqueue(queue.keys)
    #expect(again.keys == queue.keys)
  }

  @Test("stay what they were while somebody holds them")
  func held() throws {
    var queue = try KeyQueue<Float>(capacity: 4, dimension: 6, storage: .float16)
    try queue.enqueue(normal(4, 6, seed: 1) as Matrix<Float>)
    let (held, before) = (queue.keys, queue.keys.matrix)
    try queue.enqueue(normal(3, 6, seed: 2) as Matrix<Float>)
    #expect(held.matrix == before)
    #expect(queue.keys.matrix != before)
  }

  @Test("serve a memory with labels")
  func memory() throws {
    let (batch, labels): (Matrix<Double>, _) = (normal(6, 5, seed: 1), [0, 1, 2, 0, 1, 2])
    var narrow = try CrossBatchMemory<Double>(capacity: 9, dimension: 5, storage: .bfloat16)
    var wide = try CrossBatchMemory<Double>(capacity: 9, dimension: 5)
    for memory in 0..<3 {
      let batch: Matrix<Double> = normal(4, 5, seed: UInt64(memory + 7))
      try narrow.enqueue(batch, labels: [0, 1, 2, 0])
      // What the other rounded, and so lengths that are 1 to four thousandths.
      try wide.enqueue(batch.normalized().stored(as: .bfloat16), labels: [0, 1, 2, 0])
    }
    let loss = SupCon(temperature: 0.1)
    let a = try loss.valueWithGradient(embeddings: batch, labels: labels, memory: narrow)
    let b = try loss.valueWithGradient(embeddings: batch, labels: labels, memory: wide)
    #expect(a.value == b.value)
    #expect(a.gradient.embeddings == b.gradient.embeddings)
  }

  @Test("are raw rows where they were", arguments: SixteenBitFormat.allCases)
  func raw(format: SixteenBitFormat) throws {
    let queries: Matrix<Float> = normal(33, 20, seed: 1)
    let (positives, negatives): (Matrix<Float>, Matrix<Float>) = (
      normal(33, 20, seed: 2), normal(2100, 20, seed: 3)
    )
    let stored = try negatives.stored(as: format)
    #expect(stored.rowCount == 2100 && stored.columnCount == 20)
    let loss = InfoNCE(temperature: 0.1)
    let narrow = try loss.valueWithGradient(
      queries: queries, positives: positives, negatives: .shared(stored))
    let wide = try loss.valueWithGradient(
      queries: queries, positives: positives, negatives: .shared(stored.matrix))
    #expect(narrow.value == wide.value)
    #expect(narrow.gradient.negatives == wide.gradient.negatives)
  }

  /// Calls whose rows are at scale 1, so that unit rows would need no copy but for being read.
  @Test(
    "serve queries and keys of calls that multiply rows as they are",
    arguments: SixteenBitFormat.allCases)
  func queries(format: SixteenBitFormat) throws {
    let stored = try (1...3 as ClosedRange<UInt64>).map {
      try (normal(60, 20, seed: $0) as Matrix<Float>).normalized().stored(as: format)
    }
    let wide = try stored.map { try UnitRows(validating: $0.matrix) }
    let loss = InfoNCE(temperature: 0.1)
    for negatives: (Int) -> Negatives<Float> in [
      { .shared($0 == 0 ? stored[2] : wide[2]) }, { .paired($0 == 0 ? stored[2] : wide[2]) },
    ] {
      let points = try [stored, wide].enumerated().map { index, rows in
        try loss.sweep(
          queries: rows[0], positives: rows[1], negatives: negatives(index),
          temperatures: [0.05, 1]
        ).map(\.value)
      }
      #expect(points[0] == points[1])
    }
    #expect(
      try Similarity.cosine.matrix(stored[0], stored[1])
        == Similarity.cosine.matrix(wide[0], wide[1]))
    #expect(
      try Alignment().value(x: stored[0], y: stored[1])
        == Alignment().value(x: wide[0], y: wide[1]))
  }

  @Test("refuse numbers that do not fit, and rows of another length, by their row")
  func refusals() throws {
    var rows = Matrix<Float>(rowCount: 1500, columnCount: 2) { _, column in column == 0 ? 1 : 0 }
    rows[1300, 0] = 70_000
    let error = #expect(throws: ContrastiveError.self) { try rows.stored(as: .float16) }
    #expect(error?.description.contains("row 1300") == true)
    #expect(error?.description.contains("65504") == true)
    let wide = try rows.stored(as: .bfloat16)
    #expect(wide.matrix[1300, 0] == 70_144)
    #expect {
      try UnitRows(validating: wide)
    } throws: { error in
      error as? ContrastiveError
        == ContrastiveError(.rows, row: 1300, .notUnitLength(70_144))
    }
    rows[1300, 0] = .nan
    #expect(throws: ContrastiveError(.rows, row: 1300, .notFinite)) {
      try rows.stored(as: .bfloat16)
    }
    rows[1300, 0] = 1
    #expect(try UnitRows(validating: rows.stored(as: .float16)).matrix == rows)
    #expect(throws: ContrastiveError.self) {
      try UnitRows(validating: rows.stored(as: .float16), tolerance: 0.6)
    }
  }
}
