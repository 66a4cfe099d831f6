import ContrastiveKernels
import Dispatch
import Synchronization
import Testing

@Suite("Workers", .serialized)
struct WorkersTests {
  @Test("run every item once, on the threads they were given", arguments: [0, 1, 2, 3, 8])
  func everyItem(threads: Int) {
    for count in [0, 1, 2, 7, 1000] {
      let seen = Mutex(Array(repeating: 0, count: count))
      let highest = Mutex(0)
      Workers.forEach(count, threads: threads) { worker, item in
        seen.withLock { $0[item] += 1 }
        highest.withLock { $0 = max($0, worker) }
      }
      #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
      #expect(highest.withLock { $0 } < max(1, threads))
    }
  }

  // In a process of their own: the setting is the process's, and other tests hold leases meanwhile.
  @Test("hold BLAS to one thread while anyone computes, and leave it as it was")
  func lease() async {
    await #expect(processExitsWith: .success) {
      let before = Workers.blasThreadCount
      // Two callers whose leases overlap in every way.
      DispatchQueue.concurrentPerform(iterations: 2) { _ in
        for _ in 0..<1000 {
          let inside = Workers.withSingleThreadedBLAS {
            Workers.withSingleThreadedBLAS { Workers.blasThreadCount }
          }
          precondition(inside == 1)
        }
      }
      precondition(Workers.blasThreadCount == before)
    }
  }

  @Test("give BLAS the fewest threads that any holder asks for")
  func fewestThreads() async {
    await #expect(processExitsWith: .success) {
      let before = Workers.blasThreadCount
      Workers.withBLASThreads(3) {
        precondition(Workers.blasThreadCount == 3)
        Workers.withSingleThreadedBLAS {
          precondition(Workers.blasThreadCount == 1)
          Workers.withBLASThreads(2) { precondition(Workers.blasThreadCount == 1) }
        }
        precondition(Workers.blasThreadCount == 3)
      }
      precondition(Workers.blasThreadCount == before)
    }
  }

  @Test("give the lease back when a body throws")
  func leaseAfterError() async {
    await #expect(processExitsWith: .success) {
      struct Stop: Error {}
      let before = Workers.blasThreadCount
      do {
        try Workers.withSingleThreadedBLAS { throw Stop() }
        preconditionFailure("the error was lost")
      } catch {
        precondition(Workers.blasThreadCount == before)
      }
    }
  }
}
