import Contrastive
import ContrastiveTraining
import Synchronization
import TestSupport
import Testing

@Suite("Evaluation in a task that is cancelled")
struct CancelledEvaluationTests {
  static let cancelled = ContrastiveError(.task, .cancelled)
  static let keys = Matrix<Float>.random(rowCount: 10 * 128, columnCount: 4, seed: 1)

  /// Ranks queries that are read when they are needed, and returns how often.
  ///
  /// - Parameter stop: At which time the task is cancelled.
  private static func reads(
    until stop: Int?, _ cancel: @escaping @Sendable () -> Void
  ) throws -> Int {
    let count = Mutex(0)
    let queries = RowSource<Float>(rowCount: keys.rowCount, columnCount: 4) { rows, elements in
      let read = count.withLock {
        $0 += 1
        return $0
      }
      if read == stop { cancel() }
      for (place, row) in rows.enumerated() {
        for column in 0..<4 { elements[4 * place + column] = keys[row, column] }
      }
    }
    do {
      _ = try RetrievalRanks(queries: queries, keys: keys, options: ComputeOptions(threads: 1))
      #expect(stop == nil)
    } catch {
      #expect(stop != nil && error == cancelled)
    }
    return count.withLock { $0 }
  }

  @Test("reads no further block of queries")
  func blocks() async throws {
    let all = try Self.reads(until: nil) {}
    let count = try await withCancellableTask { cancel in
      try Self.reads(until: all - 5, cancel)
    }
    #expect(count == all - 5)
  }

  @Test("throws at once where it was cancelled before")
  func before() async throws {
    try await withCancelledTask {
      let neighbors = try WeightedNeighbors(
        keys: Self.keys, labels: Array(0..<Self.keys.rowCount), neighborCount: 3)
      #expect(throws: Self.cancelled) { try neighbors.classes(of: Self.keys) }
      #expect(throws: Self.cancelled) { try RetrievalRanks(queries: Self.keys, keys: Self.keys) }
    }
  }
}
