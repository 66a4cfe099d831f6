#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file that was opened, which tells whether it is still as it was then.
package final class OpenedFile: Sendable {
  /// Where it was found. Another file may be there now, which says nothing of this one.
  package let path: String

  /// Where it is mapped; nil if its bytes were copied.
  package let addresses: Range<UInt>?

  private let descriptor: Int32
  private let state: FileState

  /// - Parameters:
  ///   - descriptor: Duplicated: the file itself is asked later, not its name.
  ///   - state: As it was before its bytes were read or mapped.
  init(
    _ path: String, descriptor: Int32, state: FileState, addresses: Range<UInt>?
  ) throws(ArrayFileError) {
    self.path = path
    self.state = state
    self.addresses = addresses
    self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard self.descriptor >= 0 else {
      throw .unreadable(path: path, reason: systemMessage(errno))
    }
  }

  deinit { close(descriptor) }

  /// Whether it has the length and the modification time that it had.
  ///
  /// What is written within a tick of the file system's clock after the file was opened, some milliseconds, may have
  /// the time that was there.
  package var isUnchanged: Bool { FileState(descriptor) == state }
}

/// What changes when a file's bytes do.
struct FileState: Hashable, Sendable {
  let byteCount: Int64
  private let seconds: Int
  private let nanoseconds: Int

  init(_ status: stat) {
    byteCount = Int64(status.st_size)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
  }

  /// Looks at an open file; nil if the system does not let it.
  init?(_ descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }
}
