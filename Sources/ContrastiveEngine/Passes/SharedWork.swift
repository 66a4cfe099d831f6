package import ContrastiveEmbeddings
import ContrastiveKernels
import Synchronization

/// What threads share of a call until it is done, or its task is cancelled.
///
/// `Task.isCancelled` is about the task that runs on the thread that asks: helping threads are in none. So the
/// calling thread hands on what it is told, as it looks between items, between tiles of an item, and while it waits for
/// the others. What is done once for every row, as normalising, is not stopped midway.
package final class SharedWork: Sendable {
  private let threads: Int
  private let isCancelled = Atomic(false)

  package init(_ options: ComputeOptions) { threads = options.threads }

  /// Is called on any of the threads before what takes a while: an item, a tile.
  ///
  /// - Throws: `ContrastiveError` where the task has been cancelled.
  package func checkCancellation() throws(ContrastiveError) {
    look()
    if isCancelled.load(ordering: .relaxed) { throw .cancelled }
  }

  private func look() {
    if Cancellation.isDue { isCancelled.store(true, ordering: .relaxed) }
  }

  /// As `Workers.forEach`, with items that may fail.
  ///
  /// - Throws: The first error of an item, or that the task has been cancelled: not all items are done then.
  package func forEach(
    _ count: Int, _ body: @Sendable (_ worker: Int, _ item: Int) throws(ContrastiveError) -> Void
  ) throws(ContrastiveError) {
    let failure = Failure()
    Workers.forEach(count, threads: threads, whileWaiting: look) { worker, item in
      do throws(ContrastiveError) {
        try checkCancellation()
        try body(worker, item)
      } catch {
        failure.note(error)
      }
    }
    if let error = failure.error.withLock({ $0 }) { throw error }
  }

  /// As `forEach`, with a result for every item.
  package func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (_ worker: Int, _ item: Int) throws(ContrastiveError) -> Result
  ) throws(ContrastiveError) -> [Result] {
    let slots = (0..<count).map { _ in Slot<Result>() }
    try forEach(count) { worker, item throws(ContrastiveError) in
      slots[item].result = try body(worker, item)
    }
    return slots.compactMap(\.result)
  }

  private final class Slot<Result: Sendable>: @unchecked Sendable {
    var result: Result?
  }
}
