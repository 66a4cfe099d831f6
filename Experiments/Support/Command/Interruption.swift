import Foundation
import Synchronization

/// Whether somebody pressed Ctrl-C, or asked the process to end.
///
/// A command that takes its time asks at every step, and ends with what is done. The second Ctrl-C ends
/// the process at once.
enum Interruption {
  private static let flag = Atomic(false)

  private static let notes = Mutex<String?>(nil)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// What was left out because of it, if what is done has its use without.
  static var noted: String? { notes.withLock { $0 } }

  /// Says what is left out.
  static func note(_ text: String) { notes.withLock { $0 = text } }

  /// Takes the signals from here on.
  static func listen() {
    // A handler may only do what no lock protects: the flag exists before it can be called.
    flag.store(false, ordering: .relaxed)
    // A parent may have started this process from a thread that blocks signals; they are inherited.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for name in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, name) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for name in [SIGINT, SIGTERM] {
      signal(name) { number in
        Interruption.flag.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
