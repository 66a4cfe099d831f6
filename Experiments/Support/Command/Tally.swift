import Synchronization

/// The steps of a task that several threads work on, counted for the progress line.
final class Tally: Sendable {
  private let progress: ProgressLine
  private let task: String
  private let total: Int
  private let unit: String
  private let isInterrupted: @Sendable () -> Bool
  private let done = Mutex(0)

  /// Starts the count of a task; see `ProgressLine.update` for its words.
  init(
    _ task: String, of total: Int, _ unit: String, progress: ProgressLine,
    isInterrupted: @escaping @Sendable () -> Bool = { Interruption.isRequested }
  ) {
    self.progress = progress
    self.task = task
    self.total = total
    self.unit = unit
    self.isInterrupted = isInterrupted
    progress.update(task, 0, of: total, unit)
  }

  /// Counts a step that is done.
  ///
  /// - Throws: `CommandFailure` of status `interrupted` after Ctrl-C.
  func step() throws(CommandFailure) {
    let count = done.withLock { done in
      done += 1
      return done
    }
    guard !isInterrupted() else {
      throw CommandFailure("after \(count) of \(total) \(unit)", status: .interrupted)
    }
    progress.update(task, count, of: total, unit)
  }
}
