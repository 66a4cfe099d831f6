import Dispatch

/// A thread for tasks that others wait for: those that all tasks share may be taken by tests until the last one ends.
public final class ThreadExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "tasks of a test")

  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Runs `body` in a task of its own, and hands it what cancels that task, on whatever thread.
public func withCancellableTask<Value: Sendable>(
  on executor: ThreadExecutor? = nil,
  _ body: @escaping @Sendable (_ cancel: @escaping @Sendable () -> Void) throws -> Value
) async throws -> Value {
  let (handles, continuation) = AsyncStream<@Sendable () -> Void>.makeStream()
  let task = Task(executorPreference: executor) {
    for await cancel in handles { return try body(cancel) }
    throw CancellationError()
  }
  continuation.yield { task.cancel() }
  return try await task.value
}

/// Runs `body` in a task of its own that has been cancelled.
public func withCancelledTask<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCancellableTask { cancel in
    cancel()
    return try body()
  }
}
