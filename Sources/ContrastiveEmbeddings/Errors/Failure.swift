package import Synchronization

/// Where the first error goes of code that cannot throw, while somebody waits for it.
package final class Failure: Sendable {
  @TaskLocal package static var current: Failure?

  package let error = Mutex<ContrastiveError?>(nil)

  package init() {}

  /// Keeps an error, if it is the first.
  package func note(_ error: ContrastiveError) {
    self.error.withLock { if $0 == nil { $0 = error } }
  }
}

/// What `body` returns, or `nil` where it throws and somebody waits for the error.
package func attempt<Result>(_ body: () throws(ContrastiveError) -> Result) -> Result? {
  do {
    // A cancelled task is no reason to stop the program, and there is no other way to stop here.
    return try Failure.current == nil ? Cancellation.ignored(in: body) : body()
  } catch {
    // Not `preconditionFailure`, whose line an optimised program does not print.
    guard let failure = Failure.current else { fatalError("\(error)") }
    failure.note(error)
    return nil
  }
}
