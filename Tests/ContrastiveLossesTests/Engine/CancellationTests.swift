import Contrastive
import ContrastiveLosses
import Foundation
import Synchronization
import TestSupport
import Testing

/// A task that is cancelled stops the call that it is in, which leaves nothing behind.
@Suite("Calls in tasks that are cancelled")
struct CancellationTests {
  static let cancelled = ContrastiveError(.task, .cancelled)

  /// The cross-entropy, with an eye on its calls.
  struct WatchedRow: RowFunction {
    let plain = PositiveCrossEntropy()
    let onEvaluation: @Sendable () -> Void

    var hasTermPerPositive: Bool { true }

    func evaluate(_ rows: inout RowTerms) {
      onEvaluation()
      plain.evaluate(&rows)
    }
  }

  @Test("throw at once, whatever the loss", arguments: try ShapedLoss.all())
  func before(_ loss: ShapedLoss) async throws {
    let rows = (0..<3).map { Matrix<Float>.random(rowCount: 6, columnCount: 2, seed: $0 + 1) }
    let expected = try loss.calls(rows[0], rows[1], rows[2]).value(.mean)
    let value = try await withCancellableTask { cancel in
      let calls = try loss.calls(rows[0], rows[1], rows[2])
      let value = try calls.value(.mean)
      let terms = try calls.perTerm()
      cancel()
      for reduction in [.mean, .sum] as [Reduction] {
        #expect(throws: Self.cancelled) { try calls.value(reduction) }
        #expect(throws: Self.cancelled) { _ = try calls.step(reduction) }
      }
      #expect(throws: Self.cancelled) { _ = try calls.perTerm() }
      #expect(throws: Self.cancelled) {
        _ = try terms.pullback(Array(repeating: 1, count: terms.terms.count))
      }
      return value
    }
    #expect(value == expected)
    #expect(try loss.calls(rows[0], rows[1], rows[2]).value(.mean) == expected)
  }

  @Test("begin no further block of rows", arguments: [1, 2, 3])
  func blocks(threads: Int) async throws {
    let (n, stop) = (20 * 64, 3)
    let x = Matrix<Float>.random(rowCount: n, columnCount: 4, seed: 1)
    let y = Matrix<Float>.random(rowCount: n, columnCount: 4, seed: 2)
    var options = ComputeOptions(tileRows: 64, tileColumns: 64, threads: threads, isa: .best)
    options.workspace = Workspace(retaining: 16 << 20)
    let settings = options
    @Sendable func step(
      _ onEvaluation: @escaping @Sendable () -> Void
    ) throws -> LossStep<Float, OneWayLoss.Gradient<Float>> {
      try OneWayLoss(WatchedRow(onEvaluation: onEvaluation), temperature: 0.1).valueWithGradient(
        queries: x, candidates: try Candidates(y), options: settings)
    }
    let evaluations = Mutex(0)
    let before = try step { evaluations.withLock { $0 += 1 } }
    // A block's rows are one chunk.
    #expect(evaluations.withLock { $0 } == 20)
    let count = try await withCancellableTask { cancel in
      let evaluations = Mutex(0)
      #expect(throws: Self.cancelled) {
        try step {
          let evaluation = evaluations.withLock {
            $0 += 1
            return $0
          }
          if evaluation == stop { cancel() }
        }
      }
      return evaluations.withLock { $0 }
    }
    #expect(count == stop)
    let after = try step {}
    #expect(after.value == before.value && after.terms == before.terms)
    #expect(after.gradient.queries == before.gradient.queries)
    #expect(after.gradient.keys == before.gradient.keys)
  }

  @Test("evaluate no further rows of a batch against itself")
  func chunks() async throws {
    let x = Matrix<Float>.random(rowCount: 8 * 256, columnCount: 4, seed: 1)
    let count = try await withCancellableTask { cancel in
      let evaluations = Mutex(0)
      let row = WatchedRow {
        evaluations.withLock { $0 += 1 }
        cancel()
      }
      #expect(throws: Self.cancelled) {
        try BatchLoss(row, temperature: 0.1).valueWithGradient(
          embeddings: x, labels: (0..<x.rowCount).map { $0 / 2 },
          options: ComputeOptions(threads: 1))
      }
      return evaluations.withLock { $0 }
    }
    #expect(count == 1)
  }

  /// Keys are read a tile at a time: of a single block of rows, too, no more are read.
  @Test("take no further tile", arguments: [1, 2, 3])
  func tiles(threads: Int) async throws {
    let keys = Matrix<Float>.random(rowCount: 64 * 64, columnCount: 4, seed: 1)
    let queries = Matrix<Float>.random(rowCount: 3, columnCount: 4, seed: 2)
    /// - Parameter stop: The read at which the task is cancelled.
    @Sendable func reads(
      until stop: Int?, _ cancel: @escaping @Sendable () -> Void
    ) throws -> Int {
      let count = Mutex(0)
      let source = RowSource<Float>(rowCount: keys.rowCount, columnCount: 4) { rows, elements in
        let read = count.withLock {
          $0 += 1
          return $0
        }
        if read == stop { cancel() }
        // Helpers are slow from here on, so that the calling thread has its turn.
        if let stop, read > stop { usleep(10_000) }
        for (place, row) in rows.enumerated() {
          for column in 0..<4 { elements[4 * place + column] = keys[row, column] }
        }
      }
      let loss = OneWayLoss(PositiveCrossEntropy(), temperature: 0.1)
      let options = ComputeOptions(tileRows: 8, tileColumns: 64, threads: threads, isa: .best)
      do {
        _ = try loss.value(
          queries: queries,
          candidates: try Candidates(source, positives: [7, 0, 4000]), options: options)
        #expect(stop == nil)
      } catch {
        #expect(stop != nil && error == Self.cancelled)
      }
      return count.withLock { $0 }
    }
    let all = try reads(until: nil) {}
    let stop = all - 40
    let count = try await withCancellableTask { cancel in try reads(until: stop, cancel) }
    #expect(threads == 1 ? count == stop : count < all, "\(count) of \(all)")
  }

  @Test("end a sweep without its points")
  func sweeps() async throws {
    let x = Matrix<Float>.random(rowCount: 64, columnCount: 4, seed: 1)
    let y = Matrix<Float>.random(rowCount: 64, columnCount: 4, seed: 2)
    try await withCancellableTask { cancel in
      #expect(throws: Self.cancelled) {
        _ = try InfoNCE(temperature: 1).sweep(
          queries: x, positives: y, temperatures: [0.1, 0.2],
          options: ComputeOptions(tileRows: 16, isa: .best)
        ) { _ in
          cancel()
          return true
        }
      }
      #expect(throws: Self.cancelled) {
        _ = try CLIP(temperature: 1).sweep(images: x, texts: y, temperatures: [0.1])
      }
      #expect(throws: Self.cancelled) {
        _ = try Candidates(y).statistics(of: x, scales: [1])
      }
      #expect(throws: Self.cancelled) {
        _ = try Exclusion.similarity(
          rows: x, keys: y, atLeast: Array(repeating: 0.5, count: 64))
      }
    }
  }

  @Test("leave the averages of a data set where they are")
  func averages() async throws {
    let x = Matrix<Float>.random(rowCount: 6, columnCount: 4, seed: 1)
    let y = Matrix<Float>.random(rowCount: 6, columnCount: 4, seed: 2)
    let loss = try GlobalContrastive(temperature: 0.1, gamma: 0.5)
    try await withCancelledTask {
      let before = try MovingNormalizers(sampleCount: 6)
      var normalizers = before
      #expect(throws: Self.cancelled) {
        _ = try loss.valueWithGradient(
          images: x, texts: y, indices: Array(0..<6), normalizers: &normalizers)
      }
      #expect(normalizers == before)
    }
  }

  /// At whatever moment: there is a whole answer, or the error.
  @Test("give all or nothing of every loss, and the same as before afterwards")
  func anytime() async throws {
    let workspace = Workspace(retaining: 16 << 20)
    for (index, call) in try ConcurrentCallsTests.allCalls().enumerated() {
      for turn in 0..<6 {
        let task = Task { call.outcome(in: workspace) }
        usleep(UInt32(100 * turn * turn + index))
        task.cancel()
        switch await task.value {
        case .success(let answer): #expect(answer == call.alone, "\(call.subject)")
        case .failure(let error):
          #expect(error as? ContrastiveError == Self.cancelled, "\(call.subject): \(error)")
        }
      }
      #expect(call.isSame(in: workspace), "\(call.subject)")
    }
  }
}
