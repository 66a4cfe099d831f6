/// Whether the task that a call is made in has been cancelled, and the call is to stop.
package enum Cancellation {
  @TaskLocal private static var isLookedAt = true

  /// Asked on the calling thread: threads that help it are in no task.
  package static var isDue: Bool { Task.isCancelled && isLookedAt }

  /// - Throws: `ContrastiveError` where it is due.
  package static func check() throws(ContrastiveError) {
    if isDue { throw .cancelled }
  }

  /// Runs what goes on whatever becomes of the task: what cannot throw, or what others wait for.
  package static func ignored<Value>(
    in body: () throws(ContrastiveError) -> Value
  ) throws(ContrastiveError) -> Value {
    let result = $isLookedAt.withValue(false) { () -> Result<Value, ContrastiveError> in
      do throws(ContrastiveError) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension ContrastiveError {
  /// What a call throws whose task has been cancelled.
  package static let cancelled = ContrastiveError(.task, .cancelled)
}
