import Contrastive
import ContrastiveEngine
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Work that threads share")
struct SharedWorkTests {
  static let cancelled = ContrastiveError(.task, .cancelled)

  @Test("gives a result for every item, in their order", arguments: [1, 2, 5])
  func results(threads: Int) throws {
    let work = SharedWork(ComputeOptions(threads: threads))
    #expect(try work.map(100) { _, item in 3 * item } == (0..<100).map { 3 * $0 })
    #expect(try work.map(0) { _, item in item } == [])
  }

  @Test("throws an item's error when all threads are done", arguments: [1, 3])
  func errors(threads: Int) throws {
    let work = SharedWork(ComputeOptions(threads: threads))
    let error = ContrastiveError(.queries, row: 7, .notFinite)
    #expect(throws: error) {
      _ = try work.map(20) { _, item throws(ContrastiveError) in
        if item == 7 { throw error }
        return item
      }
    }
  }

  @Test("begins no item in a task that has been cancelled", arguments: [1, 3])
  func before(threads: Int) async throws {
    let count = try await withCancelledTask {
      let count = Mutex(0)
      let work = SharedWork(ComputeOptions(threads: threads))
      #expect(throws: Self.cancelled) {
        try work.forEach(100) { _, _ in count.withLock { $0 += 1 } }
      }
      return count.withLock { $0 }
    }
    // What helpers have begun before the calling thread has looked.
    #expect(threads == 1 ? count == 0 : count < 100)
  }

  @Test("tells a helper while the calling thread, done with its own items, waits")
  func waiting() async throws {
    try await withCancellableTask { cancel in
      let work = SharedWork(ComputeOptions(threads: 2))
      let hasBegun = Atomic(false)
      #expect(throws: Self.cancelled) {
        try work.forEach(2) { worker, item throws(ContrastiveError) in
          if item == 0 {
            // Until the helper has the other one, if it comes at all.
            let deadline = Date(timeIntervalSinceNow: 10)
            while !hasBegun.load(ordering: .acquiring), Date() < deadline { sched_yield() }
            return
          }
          hasBegun.store(true, ordering: .releasing)
          // The calling thread gets to where it waits, as a rule.
          usleep(20_000)
          cancel()
          while true {
            try work.checkCancellation()
            usleep(1000)
          }
        }
      }
    }
  }

  @Test("goes on where cancellation is not looked at")
  func ignored() async throws {
    let sums = try await withCancelledTask {
      try Cancellation.ignored { () throws(ContrastiveError) in
        try ComputeOptions(threads: 2).requireValid()
        return try SharedWork(ComputeOptions(threads: 2)).map(10) { _, item in item }
      }
    }
    #expect(sums == Array(0..<10))
  }
}
