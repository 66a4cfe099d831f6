import Contrastive
import Foundation
import Synchronization

/// The files that the command reads, which others may write to meanwhile.
///
/// Small ones are copied, and looked at again when they are: what becomes of them later does not matter. Large ones are
/// mapped, and looked at again before anything of them is written or printed. Pages of a file that became shorter
/// are gone, which the system says by a signal.
enum WatchedInputs {
  /// A copy of this size takes some milliseconds, and less memory than a command takes itself: of a larger file a few rows
  /// may be all that is wanted.
  static let largestCopy = 16 << 20

  private static let files = Mutex<[OpenedFile]>([])

  static func access(copyingUpTo largestCopy: Int = largestCopy) -> FileAccess {
    FileAccess(copyingUpTo: largestCopy) { file in files.withLock { $0.append(file) } }
  }

  /// Requires files to be as they were when they were opened.
  ///
  /// - Throws: `CommandFailure` that names the first that is not.
  static func requireUnchanged() throws(CommandFailure) {
    if let change { throw change }
  }

  /// The failure of the first file that is not as it was; nil if all are.
  static var change: CommandFailure? {
    let open = files.withLock { files in
      defer { files.removeAll { $0.addresses == nil } }
      return files
    }
    return open.first { !$0.isUnchanged }.map { file in
      CommandFailure(
        "\(file.path): was written to while it was read; run the command again when it is whole",
        status: .inputOutput)
    }
  }

  /// The mapped file that an address lies in.
  private static func path(at address: UInt) -> String? {
    files.withLock { files in files.first { $0.addresses?.contains(address) == true }?.path }
  }

  // MARK: Pages that are gone

  /// The address that could not be read; 0 as long as all could.
  private static let lostAddress = Atomic<UInt>(0)

  /// Whether the address is none of a file's.
  private static let isForeign = Atomic(false)

  /// Ends the process with a line where it reads a page that is gone. `Interruption` answers.
  static func watchPages() {
    // Before a handler uses them, which may not be the first to do so.
    lostAddress.store(0, ordering: .relaxed)
    isForeign.store(false, ordering: .relaxed)
    var action = sigaction()
    let handler:
      @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?)
        -> Void = { _, info, _ in
          // A handler may do next to nothing: a thread does the rest, and this one has nothing to go on with.
          let address = unsafe WatchedInputs.address(of: info)
          _ = WatchedInputs.lostAddress.compareExchange(
            expected: 0, desired: address, ordering: .relaxed)
          Interruption.ring(.lostPage)
          while !WatchedInputs.isForeign.load(ordering: .relaxed) { usleep(1000) }
        }
    #if canImport(Darwin)
      unsafe action.__sigaction_u.__sa_sigaction = handler
    #else
      unsafe action.__sigaction_handler.sa_sigaction = handler
    #endif
    action.sa_flags = SA_SIGINFO
    unsafe sigaction(SIGBUS, &action, nil)
  }

  private static func address(of info: UnsafeMutablePointer<siginfo_t>?) -> UInt {
    #if canImport(Darwin)
      unsafe UInt(bitPattern: info?.pointee.si_addr)
    #else
      unsafe UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr)
    #endif
  }

  /// Ends the process, or leaves the signal to the system where the address is none of a file's.
  static func answerLostPage() {
    guard let path = path(at: lostAddress.load(ordering: .relaxed)) else {
      signal(SIGBUS, SIG_DFL)
      isForeign.store(true, ordering: .relaxed)
      return
    }
    StandardError.writeLine(
      "error",
      "\(path): became shorter while it was read, or its disk fails; run the command again when it is whole"
    )
    Leftovers.endProcess(.inputOutput)
  }
}
