import ContrastiveKernels
import Synchronization

extension Array where Element: Sendable {
  /// The results of independent runs, one per element and in their order.
  ///
  /// One single-threaded run per core: small models keep a core busy by themselves, and two at once
  /// lose nothing to each other. Runs that are started compute with `ComputeOptions(threads: 1)`.
  ///
  /// - Throws: The first error of a run; those that have not begun then do not.
  func mapInParallel<Result: Sendable>(
    _ run: @Sendable (Element) throws -> Result
  ) throws -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: count))
    let failure: Mutex<(any Error)?> = Mutex(nil)
    Workers.withSingleThreadedBLAS {
      Workers.forEach(count, threads: Workers.available) { _, index in
        guard failure.withLock({ $0 == nil }) else { return }
        do {
          let result = try run(self[index])
          results.withLock { $0[index] = result }
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return results.withLock { $0.compactMap(\.self) }
  }
}
