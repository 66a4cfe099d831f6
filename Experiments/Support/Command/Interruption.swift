import Foundation
import Synchronization

/// Whether somebody pressed Ctrl-C, asked the process to end, or closed its terminal.
///
/// A command that takes its time asks at every step, and ends with what is done. One that does not ask
/// is ended at once, as is any the second time; results that are being put in their place are put there
/// first. What is there only while the process works, see `Leftovers`, is taken away in every case.
enum Interruption {
  private static let flag = Atomic(false)

  /// Whether the first signal is left to the command.
  private static let isHeeded = Atomic(false)

  /// Rung by the handler; -1 until somebody listens.
  private static let bell = Atomic<Int32>(-1)

  private static let notes = Mutex<String?>(nil)

  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// What was left out because of it, if what is done has its use without.
  static var noted: String? { notes.withLock { $0 } }

  /// Says what is left out.
  static func note(_ text: String) { notes.withLock { $0 = text } }

  /// Takes the signals from here on, and leaves the first to the command, which asks.
  static func listen() {
    letFinish()
    watch()
  }

  /// Leaves the first signal from here on to a command that is about to be done.
  static func letFinish() { isHeeded.store(true, ordering: .relaxed) }

  /// Whether there is a thread that answers.
  static var isWatching: Bool { bell.load(ordering: .relaxed) >= 0 }

  /// What the thread that answers signals is to answer.
  enum Ring: UInt8 {
    case end, lostPage, outOfMemory
  }

  /// Takes the signals from here on.
  static func watch() {
    let pipe = Pipe()
    let (isFirst, _) = bell.compareExchange(
      expected: -1, desired: pipe.fileHandleForWriting.fileDescriptor, ordering: .relaxed)
    guard isFirst else { return }
    WatchedInputs.watchPages()
    Thread.detachNewThread { answer(pipe) }
    // A parent may have started this process from a thread that blocks signals; they are inherited.
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for name in signals { unsafe sigaddset(&set, name) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    for name in signals {
      // A handler may do next to nothing: a thread does the rest.
      let earlier = signal(name) { _ in
        Interruption.ring(.end)
      }
      // `nohup` wants the process to outlive its terminal.
      let wasIgnored =
        unsafe unsafeBitCast(earlier, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
      if name == SIGHUP, wasIgnored { signal(name, SIG_IGN) }
    }
  }

  /// Wakes the thread that answers; for signal handlers.
  static func ring(_ ring: Ring) {
    let reason = errno
    var byte = ring.rawValue
    _ = unsafe write(bell.load(ordering: .relaxed), &byte, 1)
    errno = reason
  }

  /// Waits for signals, as long as the process lives.
  private static func answer(_ pipe: Pipe) {
    while let ring = try? pipe.fileHandleForReading.read(upToCount: 1), !ring.isEmpty {
      switch ring.first.flatMap(Ring.init) {
      case .lostPage:
        WatchedInputs.answerLostPage()
        continue
      case .outOfMemory: MemoryLimit.answer()
      case .end, nil: break
      }
      if isHeeded.load(ordering: .relaxed),
        !flag.exchange(true, ordering: .relaxed)
      {
        continue
      }
      StandardError.writeLine("interrupted", "at once; what was not written yet is lost")
      Leftovers.endProcess(.interrupted)
    }
  }
}
