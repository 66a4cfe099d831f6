import Foundation
import Synchronization

/// What is on the disk only as long as the process is at work: it is taken away also where the process
/// is ended in the midst of it.
struct Leftovers: ~Copyable {
  /// How each thing is removed, in the order in which they were made.
  private var removals: [(id: Int, remove: @Sendable () -> Void)] = []
  private var nextID = 0

  private static let present = Mutex(Leftovers())

  /// Makes something; the process is not ended before it is among what is taken away.
  static func withLock<Result: Sendable>(
    _ body: (inout Leftovers) throws(CommandFailure) -> Result
  ) throws(CommandFailure) -> Result {
    try present.withLock { leftovers throws(CommandFailure) in try body(&leftovers) }
  }

  /// Adds what something is removed by, which may find that it is gone.
  ///
  /// - Returns: By what to remove it.
  mutating func add(_ remove: @escaping @Sendable () -> Void) -> Int {
    nextID += 1
    removals.append((nextID, remove))
    return nextID
  }

  /// Removes a thing for which there is no use any more.
  static func remove(_ id: Int) {
    present.withLock { leftovers in
      guard let index = leftovers.removals.firstIndex(where: { $0.id == id }) else { return }
      leftovers.removals.remove(at: index).remove()
    }
  }

  /// Removes all, what was made last first, and ends the process.
  static func endProcess(_ status: ExitStatus) -> Never {
    present.withLock { leftovers in
      for removal in leftovers.removals.reversed() { removal.remove() }
      // Under the lock: nobody makes anything more. Without what runs at an orderly end: other threads
      // are still computing.
      _exit(status.rawValue)
    }
  }
}
