import Synchronization

/// How the process ends where it cannot have the memory it needs.
///
/// A library's caller gets the line and a trap, as from any allocation that fails. A program may end in its own way.
package enum OutOfMemory {
  private static let handler = Mutex<(@Sendable (String) -> Never)?>(nil)

  /// Lets a program end in its own way.
  package static func onEnd(_ body: @escaping @Sendable (_ reason: String) -> Never) {
    handler.withLock { $0 = body }
  }

  /// Ends the process.
  static func end(_ reason: String) -> Never {
    if let handler = handler.withLock({ $0 }) { handler(reason) }
    fatalError(reason)
  }
}
