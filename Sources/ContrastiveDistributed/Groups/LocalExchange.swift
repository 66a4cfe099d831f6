import Dispatch
import Synchronization

/// The mailboxes of ranks that are threads.
final class LocalExchange: Sendable {
  let count: Int
  private let mailboxes: [Mailbox]

  init(count: Int) {
    self.count = count
    mailboxes = (0..<count * count).map { _ in Mailbox() }
  }

  func mailbox(from sender: Int, to receiver: Int) -> Mailbox {
    mailboxes[sender * count + receiver]
  }

  /// Tells everybody that nothing more comes from a rank.
  func leave(_ rank: Int) {
    for receiver in 0..<count { mailbox(from: rank, to: receiver).close() }
  }

  /// Why nothing came.
  enum Absence: Error {
    case left
    case silent
  }

  /// What one rank has sent to another, in order.
  final class Mailbox: Sendable {
    private let messages = Mutex<[[UInt8]]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    func put(_ message: [UInt8]) {
      messages.withLock { $0.append(message) }
      arrivals.signal()
    }

    /// Lets a receiver find nothing, after all messages.
    func close() { arrivals.signal() }

    func take(within limit: Duration) throws(Absence) -> [UInt8] {
      let (seconds, attoseconds) = limit.components
      let interval = DispatchTimeInterval.nanoseconds(
        Int(min(seconds, 1_000_000_000)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
      guard arrivals.wait(timeout: .now() + interval) == .success else { throw .silent }
      let message = messages.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      guard let message else {
        // The next one who asks is to learn it too.
        arrivals.signal()
        throw .left
      }
      return message
    }
  }
}
