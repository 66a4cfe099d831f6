import ContrastiveEmbeddings
import ContrastiveEngine

/// A batch, a memory, and which of its rows are a batch row's candidates, checked.
struct MemoryCandidates<Scalar: EmbeddingScalar> {
  let rows: AnyEmbeddings<Scalar>
  let memory: AnyEmbeddings<Scalar>

  /// K: a row's candidates but the first, which is its own.
  let noiseCount: Int

  init<E: Embeddings>(
    _ embeddings: E, _ memory: UnitRows<Scalar>, _ indices: [[Int]]
  ) throws(ContrastiveError) where E.Scalar == Scalar {
    rows = try AnyEmbeddings(embeddings, named: .embeddings)
    self.memory = try AnyEmbeddings(memory, named: .memory)
    try rows.requireRows()
    try self.memory.requireRows()
    try self.memory.requireColumnCount(as: rows)
    guard indices.count == rows.rowCount else {
      throw .init(
        .indices,
        .count(.row, found: indices.count, expected: .exactly(rows.rowCount, .as(rows.name))))
    }
    noiseCount = (indices.first?.count ?? 0) - 1
    guard noiseCount >= 0 else {
      throw .init(
        .indices, row: 0,
        .count(.index, found: 0, expected: .atLeast(1, .because("that of the positive"))))
    }
    let memoryRows = 0..<memory.rowCount
    for (row, list) in indices.enumerated() {
      guard list.count == noiseCount + 1 else {
        throw .init(
          .indices, row: row,
          .count(
            .index, found: list.count, expected: .exactly(noiseCount + 1, .because("as in row 0"))))
      }
      if let index = list.first(where: { !memoryRows.contains($0) }) {
        throw .init(
          .indices, row: row,
          .integer(found: index, expected: .rows(of: .memory, count: memory.rowCount)))
      }
    }
  }
}
