import COpenBLAS
import Dispatch
import Synchronization

/// The threads that share the work of a call.
///
/// OpenBLAS has one pool for the process and no setting per thread. Its own threads pay inside one
/// large product and not inside the many small ones of the tile loop, between which the
/// exponentials would run alone; so the items are spread over threads here, and BLAS is held to
/// the calling thread meanwhile.
package enum Workers {
  /// How many processors this process may use.
  package static let available = max(1, Int(openblas_get_num_procs()))

  /// Runs `body(worker, item)` for the items `0..<count` on up to `threads` threads, and returns
  /// when all are done. `worker`, below `threads`, tells which thread it is: for its scratch.
  ///
  /// Which thread takes which item is left open, so results are the same run after run, and for
  /// every number of threads, as long as items do not share what they write.
  package static func forEach(
    _ count: Int, threads: Int, _ body: @Sendable (_ worker: Int, _ item: Int) -> Void
  ) {
    let helpers = min(threads, count) - 1
    guard helpers > 0 else {
      for item in 0..<count { body(0, item) }
      return
    }
    withoutActuallyEscaping(body) { body in
      unsafe withUnsafePointer(to: body) { body in
        let job = unsafe Job(count: count, body: body)
        HelperPool.shared.help(with: job, helpers: helpers)
        job.run(as: 0)
        HelperPool.shared.finish(job)
      }
    }
  }

  /// Runs `body` with BLAS held to the calling thread.
  ///
  /// A program that uses OpenBLAS elsewhere at the same time finds it single-threaded meanwhile:
  /// see `withBLASThreads`.
  package static func withSingleThreadedBLAS<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withBLASThreads(1, body)
  }

  /// Runs `body` with BLAS at a number of threads, or fewer where somebody else asks for fewer.
  ///
  /// The setting belongs to the whole process, so it is a counted lease: the first holder saves it,
  /// the smallest number that any holder asks for is set, and the last one restores it. (A plain
  /// save and restore by two callers can leave the process at one thread for ever.)
  package static func withBLASThreads<Result, Failure: Error>(
    _ count: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let count = CInt(clamping: max(1, count))
    lease.withLock { $0.add(count) }
    HelperPool.shared.beginCall()
    defer {
      HelperPool.shared.endCall()
      lease.withLock { $0.remove(count) }
    }
    return try body()
  }

  /// OpenBLAS's present number of threads.
  package static var blasThreadCount: Int { Int(openblas_get_num_threads()) }

  /// The processor that OpenBLAS chose its kernels for, such as `SkylakeX`.
  package static var blasCoreName: String {
    unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
  }

  private struct Lease {
    /// What each holder asks for.
    private var counts: [CInt] = []
    private var saved: CInt = 1

    mutating func add(_ count: CInt) {
      if counts.isEmpty { saved = openblas_get_num_threads() }
      counts.append(count)
      apply()
    }

    mutating func remove(_ count: CInt) {
      if let index = counts.lastIndex(of: count) { counts.remove(at: index) }
      apply()
    }

    private func apply() {
      let wanted = counts.min() ?? saved
      if openblas_get_num_threads() != wanted { openblas_set_num_threads(wanted) }
    }
  }

  private static let lease = Mutex(Lease())
}
