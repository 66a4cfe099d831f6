import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The threads that help others with their items.
///
/// A call hands out work some ten times for every block of rows, and between these there is a little
/// that one thread does alone. To wake a sleeping processor took 60 to 90 µs on a virtual machine, a
/// tenth of such a step. So a helper, borrowed from libdispatch, stays for a moment and looks for
/// more, as long as a call is in progress that may have some.
final class HelperPool: Sendable {
  static let shared = HelperPool()

  private struct State: Sendable {
    /// What helpers are still wanted for, with the numbers they are to have.
    var wanted: [(job: Job, worker: Int)] = []
    /// How many helpers have been sent for and are not here yet.
    var coming = 0
    /// How many are looking for work.
    var idle = 0
  }

  private let state = Mutex(State())
  private let wantedCount = Atomic(0)
  private let callCount = Atomic(0)

  /// How long a helper looks for work, in nanoseconds.
  private static let patience = 300_000

  /// Tells that work may come, until `endCall`.
  func beginCall() { callCount.wrappingAdd(1, ordering: .relaxed) }

  func endCall() { callCount.wrappingSubtract(1, ordering: .relaxed) }

  /// Sends for helpers. They may come late, or not at all.
  func help(with job: Job, helpers: Int) {
    let missing = state.withLock { state -> Int in
      for worker in 1...helpers { state.wanted.append((job, worker)) }
      wantedCount.store(state.wanted.count, ordering: .relaxed)
      let missing = max(0, state.wanted.count - state.idle - state.coming)
      state.coming += missing
      return missing
    }
    for _ in 0..<missing {
      guard AddressLimit.hasRoomForThread else {
        // Who sent for it does its part.
        state.withLock { $0.coming -= 1 }
        continue
      }
      DispatchQueue.global().async { self.work() }
    }
  }

  /// Calls off helpers that have not come, and waits for those that have.
  func finish(_ job: Job, _ whileWaiting: () -> Void) {
    state.withLock { state in
      state.wanted.removeAll { $0.job === job }
      wantedCount.store(state.wanted.count, ordering: .relaxed)
    }
    job.waitForHelpers(whileWaiting)
  }

  /// A helper's life.
  private func work() {
    state.withLock { $0.coming -= 1 }
    while let (job, worker) = next() {
      job.run(as: worker)
      job.leave()
    }
  }

  private func next() -> (job: Job, worker: Int)? {
    if let found = take() { return found }
    state.withLock { $0.idle += 1 }
    let deadline = DispatchTime.now().uptimeNanoseconds + UInt64(Self.patience)
    while wantedCount.load(ordering: .relaxed) == 0, callCount.load(ordering: .relaxed) > 0,
      DispatchTime.now().uptimeNanoseconds < deadline
    {
      sched_yield()
    }
    // Whoever wanted help counted on this one: it looks once more before it goes.
    return state.withLock { state in
      state.idle -= 1
      return take(from: &state)
    }
  }

  private func take() -> (job: Job, worker: Int)? {
    state.withLock { take(from: &$0) }
  }

  private func take(from state: inout State) -> (job: Job, worker: Int)? {
    guard let found = state.wanted.popLast() else { return nil }
    wantedCount.store(state.wanted.count, ordering: .relaxed)
    found.job.enter()
    return found
  }
}

/// Items that threads take one after another.
@safe final class Job: @unchecked Sendable {
  private let count: Int
  private let body: UnsafePointer<@Sendable (_ worker: Int, _ item: Int) -> Void>
  private let taken = Atomic(0)
  private let helperCount = Atomic(0)
  private let helperLeft = DispatchSemaphore(value: 0)

  /// - Parameter body: Valid until `waitForHelpers` has returned.
  @unsafe init(
    count: Int, body: UnsafePointer<@Sendable (_ worker: Int, _ item: Int) -> Void>
  ) {
    self.count = count
    unsafe self.body = body
  }

  func run(as worker: Int) {
    while true {
      let item = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      guard item < count else { return }
      unsafe body.pointee(worker, item)
    }
  }

  func enter() { helperCount.wrappingAdd(1, ordering: .relaxed) }

  func leave() {
    // What the helper wrote is to be seen by who waits.
    helperCount.wrappingSubtract(1, ordering: .releasing)
    helperLeft.signal()
  }

  /// Returns when no helper is at work any more; none may come.
  func waitForHelpers(_ whileWaiting: () -> Void) {
    let deadline = DispatchTime.now().uptimeNanoseconds + 1_000_000
    while helperCount.load(ordering: .acquiring) > 0 {
      if DispatchTime.now().uptimeNanoseconds < deadline {
        sched_yield()
      } else {
        _ = helperLeft.wait(timeout: .now() + .milliseconds(5))
        whileWaiting()
      }
    }
  }
}
