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

  // Helpers that wait for helpers: whoever waits does so for items that somebody is at.
  @Test("run items that hand out items themselves", arguments: [1, 2, 3, 8])
  func nested(threads: Int) {
    for _ in 0..<50 {
      let seen = Mutex(Array(repeating: 0, count: 6 * 7 * 5))
      let highest = Mutex(0)
      Workers.forEach(6, threads: threads) { _, outer in
        Workers.forEach(7, threads: threads) { _, middle in
          Workers.forEach(5, threads: threads) { worker, inner in
            seen.withLock { $0[(outer * 7 + middle) * 5 + inner] += 1 }
            highest.withLock { $0 = max($0, worker) }
          }
        }
      }
      #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
      #expect(highest.withLock { $0 } < threads)
    }
  }

  /// Items that write what no lock protects: a call returns when they are done, and seen to be.
  private static func areAllWritten(_ count: Int, threads: Int, seed: Int) -> Bool {
    let block = Block<Double>(rowCount: count, columnCount: 1)
    let workers = Block<Double>(rowCount: threads, columnCount: 1)
    Workers.forEach(count, threads: threads) { worker, item in
      // Long enough for a helper to come meanwhile.
      for part in 0..<40 { block[item, 0] += Double(part % 2 == 0 ? seed : item) }
      // Nobody else has this number meanwhile.
      workers[worker, 0] += 1
    }
    let isWritten = (0..<count).allSatisfy { block[$0, 0] == Double(20 * (seed + $0)) }
    return isWritten && (0..<threads).reduce(0) { $0 + workers[$1, 0] } == Double(count)
  }

  @Test("are done when a call returns, whoever else calls", arguments: [false, true])
  func concurrentCallers(isInCall: Bool) {
    let failures = Mutex(0)
    @Sendable func call(_ caller: Int) {
      for turn in 0..<200 {
        let count = 1 + (caller * 7 + turn) % 23
        if !Self.areAllWritten(count, threads: 3, seed: turn) { failures.withLock { $0 += 1 } }
      }
    }
    DispatchQueue.concurrentPerform(iterations: 8) { caller in
      // Within a call helpers look for more work for a while; without one they do not.
      if isInCall { Workers.withSingleThreadedBLAS { call(caller) } } else { call(caller) }
    }
    #expect(failures.withLock { $0 } == 0)
  }

  @Test("are done by one caller too, call after call", arguments: [false, true])
  func callAfterCall(isInCall: Bool) {
    func call() {
      for turn in 0..<2000 {
        #expect(Self.areAllWritten(1 + turn % 9, threads: 2 + turn % 3, seed: turn))
      }
    }
    if isInCall { Workers.withSingleThreadedBLAS { call() } } else { call() }
  }

  // In a process of their own: the setting is the process's, and other tests hold leases meanwhile.
  @Test("hold BLAS to one thread while anyone computes, and leave it as it was")
  func lease() async {
    await #expect(processExitsWith: .success) {
      let before = BLAS.threadCount
      // Two callers whose leases overlap in every way.
      DispatchQueue.concurrentPerform(iterations: 2) { _ in
        for _ in 0..<1000 {
          let inside = Workers.withSingleThreadedBLAS {
            Workers.withSingleThreadedBLAS { BLAS.threadCount }
          }
          precondition(inside == 1)
        }
      }
      precondition(BLAS.threadCount == before)
    }
  }

  @Test(
    "give BLAS the fewest threads that any holder asks for",
    .enabled(if: BLAS.coreName != "PortableGEMM", "it has no threads"))
  func fewestThreads() async {
    await #expect(processExitsWith: .success) {
      let before = BLAS.threadCount
      BLAS.withThreads(3) {
        precondition(BLAS.threadCount == 3)
        Workers.withSingleThreadedBLAS {
          precondition(BLAS.threadCount == 1)
          BLAS.withThreads(2) { precondition(BLAS.threadCount == 1) }
        }
        precondition(BLAS.threadCount == 3)
      }
      precondition(BLAS.threadCount == before)
    }
  }

  @Test("give the lease back when a body throws")
  func leaseAfterError() async {
    await #expect(processExitsWith: .success) {
      struct Stop: Error {}
      let before = BLAS.threadCount
      do {
        try Workers.withSingleThreadedBLAS { throw Stop() }
        preconditionFailure("the error was lost")
      } catch {
        precondition(BLAS.threadCount == before)
      }
    }
  }
}
