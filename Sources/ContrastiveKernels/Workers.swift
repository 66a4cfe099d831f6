/// The threads that share the work of a call.
///
/// BLAS has one pool for the process. Its own threads pay inside one
/// large product and not inside the many small ones of the tile loop, between which the
/// exponentials would run alone; so the items are spread over threads here, and BLAS is held to
/// the calling thread meanwhile.
package enum Workers {
  /// How many processors this process may use.
  package static let available = max(1, BLAS.Library.processorCount)

  /// Runs `body(worker, item)` for the items `0..<count` on up to `threads` threads, and returns
  /// when all are done. `worker`, below `threads`, tells which thread it is: for its scratch.
  ///
  /// Which thread takes which item is left open, so results are the same run after run, and for
  /// every number of threads, as long as items do not share what they write.
  ///
  /// - Parameter whileWaiting: Is called on the calling thread, now and then while others finish their items.
  package static func forEach(
    _ count: Int, threads: Int, whileWaiting: () -> Void = {},
    _ body: @Sendable (_ worker: Int, _ item: Int) -> Void
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
        HelperPool.shared.finish(job, whileWaiting)
      }
    }
  }

  /// Runs `body` with BLAS held to the calling thread, and helpers at hand in between its calls of
  /// `forEach`.
  ///
  /// A program that uses BLAS elsewhere at the same time finds it single-threaded meanwhile: see
  /// `BLAS.withThreads`.
  package static func withSingleThreadedBLAS<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    HelperPool.shared.beginCall()
    defer { HelperPool.shared.endCall() }
    return try BLAS.withThreads(1, body)
  }
}
