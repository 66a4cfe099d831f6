import Contrastive
import Synchronization
import TestSupport
import Testing

@Suite("Candidates that are read when they are needed")
struct RowSourceCandidatesTests {
  /// More than are read at once.
  static let rowCount = 5000

  @Test("are never held whole, and give what the matrix gives")
  func readsTiles() throws {
    let keys = Matrix<Double>.random(rowCount: Self.rowCount, columnCount: 4, seed: 1)
    let queries = Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 2)
    let groups = (0..<Self.rowCount).map { $0 % 1000 }
    let largest = Mutex(0)
    let source = RowSource<Double>(rowCount: Self.rowCount, columnCount: 4) { rows, elements in
      largest.withLock { $0 = max($0, rows.count) }
      for (place, row) in rows.enumerated() {
        for column in 0..<4 { elements[4 * place + column] = keys[row, column] }
      }
    }
    func values(_ rows: some Embeddings<Double>) throws -> [Double] {
      let loss = OneWayLoss(PositiveCrossEntropy(), temperature: 0.1)
      return try [
        Candidates(rows, positives: [7, 0, 4999]),
        Candidates(rows, positives: [[7, 9], [], [4999]]),
        Candidates(rows, rowGroups: [1, 2, 3], keyGroups: groups),
      ].map { candidates in
        try loss.valueWithGradient(queries: queries, candidates: candidates, of: .queries).value
      }
    }
    _ = try Candidates(source)
    let read = try values(source)
    let given = try values(keys)
    for (read, given) in zip(read, given) {
      #expect(abs(read - given) <= 1e-11 * abs(given))
    }
    let most = largest.withLock { $0 }
    #expect((1..<Self.rowCount).contains(most))
  }
}
