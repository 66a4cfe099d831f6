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
    rows = try AnyEmbeddings(embeddings, named: "embeddings")
    self.memory = try AnyEmbeddings(memory, named: "memory")
    try rows.requireRows()
    try self.memory.requireRows()
    try self.memory.requireColumnCount(as: rows)
    guard indices.count == rows.rowCount else {
      throw .shape(
        array: "indices", expected: "\(rows.rowCount) rows, as embeddings",
        actual: "\(indices.count) rows")
    }
    noiseCount = (indices.first?.count ?? 0) - 1
    guard noiseCount >= 0 else {
      throw .shape(
        array: "indices", expected: "a positive first in every row", actual: "none in row 0")
    }
    let memoryRows = 0..<memory.rowCount
    for (row, list) in indices.enumerated() {
      guard list.count == noiseCount + 1 else {
        throw .shape(
          array: "indices", expected: "\(noiseCount + 1) in every row, as in row 0",
          actual: "\(list.count) in row \(row)")
      }
      if let index = list.first(where: { !memoryRows.contains($0) }) {
        throw .value(
          name: "indices", value: "\(index) in row \(row)",
          requirement: "rows of the memory, from 0 to \(memory.rowCount - 1)")
      }
    }
  }
}
