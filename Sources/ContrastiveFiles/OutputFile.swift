#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name complete, or not at all.
///
/// Bytes go to a temporary file in the same directory, which is renamed when all are written.
/// Readers see the old file or the new one, mappings of the old one stay valid, and after an
/// error the temporary file is gone.
package final class OutputFile {
  /// What the file is to outlive once it is written.
  package enum Durability {
    /// The program: nothing is forced to the disk, which would cost a wait.
    case program

    /// A power cut at any moment. The bytes are on the disk before the name is theirs, and the name is before
    /// writing ends: without the first the name could come back without the bytes, without the second the old file.
    case powerCut
  }

  let path: String
  private let durability: Durability
  private let operations: any FileOperations
  private let directory: String
  private let temporaryPath: String
  private var descriptor: Int32?
  private var buffer: [UInt8] = []

  // Rows of a few hundred bytes would cost a system call each.
  private static let bufferSize = 1 << 16

  /// Writes a file with `body`, which appends the bytes.
  ///
  /// - Throws: `.unwritable`, and what `body` throws.
  package static func write(
    to path: String, durability: Durability = .program,
    by operations: any FileOperations = SystemFileOperations(),
    _ body: (OutputFile) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) {
    let file = try OutputFile(path, durability, operations)
    try body(file)
    try file.commit()
  }

  /// Requires that a file could be written: makes the temporary one, and takes it away again.
  ///
  /// - Throws: `.unwritable`.
  static func requireWritable(
    _ path: String, by operations: any FileOperations
  ) throws(ArrayFileError) {
    _ = try OutputFile(path, .program, operations)
  }

  private init(
    _ path: String, _ durability: Durability, _ operations: any FileOperations
  ) throws(ArrayFileError) {
    guard !path.utf8.contains(0) else {
      throw .unwritable(path: path, reason: "its name holds a NUL character")
    }
    // Renaming would replace a device or a link, not write to it.
    var status = stat()
    if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .unwritable(
        path: path,
        reason: "expected a regular file or a new name, found \(FileKind(status.st_mode).rawValue)")
    }

    self.path = path
    self.durability = durability
    self.operations = operations
    directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    // A name of its own, not the target's with a suffix, which could be too long. The number
    // separates threads of this process and what an interrupted one of the same id left.
    var number = 0
    while true {
      let name = "\(directory).contrastive-\(getpid())-\(number).tmp"
      do {
        descriptor = try operations.create(name)
        temporaryPath = name
        return
      } catch {
        number += 1
        guard error.code == EEXIST, number < 10_000 else {
          throw .unwritable(path: path, reason: error.message)
        }
      }
    }
  }

  deinit {
    guard let descriptor else { return }
    try? operations.close(descriptor)
    operations.remove(temporaryPath)
  }

  /// Appends elements as they lie in memory.
  package func append<Element: BitwiseCopyable>(_ elements: Span<Element>) throws(ArrayFileError) {
    let bytes = unsafe elements.bytes
    if buffer.count + bytes.byteCount > Self.bufferSize {
      try flush()
    }
    if bytes.byteCount > Self.bufferSize {
      try write(bytes)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
  }

  private func flush() throws(ArrayFileError) {
    let filled = buffer
    buffer = []
    try unsafe write(filled.span.bytes)
  }

  private func write(_ bytes: RawSpan) throws(ArrayFileError) {
    try perform { descriptor throws(FileOperationError) in
      try operations.write(bytes, to: descriptor)
    }
  }

  private func commit() throws(ArrayFileError) {
    try flush()
    if durability == .powerCut { try perform(operations.synchronize) }
    // Network file systems report a full disk here. Whatever it says, the descriptor is gone.
    do {
      try perform { descriptor throws(FileOperationError) in
        self.descriptor = nil
        try operations.close(descriptor)
        try operations.rename(temporaryPath, to: path)
      }
    } catch {
      operations.remove(temporaryPath)
      throw error
    }
    guard durability == .powerCut else { return }
    do {
      try operations.synchronizeFolder(directory)
    } catch {
      throw .unwritable(
        path: path, reason: "it is written, and a power cut may still undo that: \(error.message)")
    }
  }

  private func perform(
    _ operation: (Int32) throws(FileOperationError) -> Void
  ) throws(ArrayFileError) {
    guard let descriptor else { preconditionFailure("the file is closed") }
    do {
      try operation(descriptor)
    } catch {
      throw .unwritable(path: path, reason: error.message)
    }
  }
}
