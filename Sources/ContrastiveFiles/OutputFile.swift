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
/// error the temporary file is gone. Nothing is forced to disk: this protects against failing
/// writers, not against power cuts.
final class OutputFile {
  let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  // Rows of a few hundred bytes would cost a system call each.
  private static let bufferSize = 1 << 16

  /// Writes a file with `body`, which appends the bytes.
  ///
  /// - Throws: `.unwritable`, and what `body` throws.
  static func write(
    to path: String, _ body: (OutputFile) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) {
    let file = try OutputFile(path)
    try body(file)
    try file.commit()
  }

  private init(_ path: String) throws(ArrayFileError) {
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

    // A name of its own, not the target's with a suffix, which could be too long. The number
    // separates threads of this process and what an interrupted one of the same id left.
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var number = 0
    var name: String
    repeat {
      name = "\(directory).contrastive-\(getpid())-\(number).tmp"
      descriptor = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      number += 1
    } while descriptor < 0 && errno == EEXIST && number < 10_000
    self.path = path
    self.temporaryPath = name
    guard descriptor >= 0 else {
      throw .unwritable(path: path, reason: systemMessage(errno))
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unsafe unlink(temporaryPath)
  }

  /// Appends elements as they lie in memory.
  func append<Element: BitwiseCopyable>(_ elements: Span<Element>) throws(ArrayFileError) {
    try unsafe elements.withUnsafeBytes { bytes throws(ArrayFileError) in
      if buffer.count + bytes.count > Self.bufferSize {
        try flush()
      }
      if bytes.count > Self.bufferSize {
        try unsafe write(bytes)
      } else {
        unsafe buffer.append(contentsOf: bytes)
      }
    }
  }

  private func flush() throws(ArrayFileError) {
    let filled = buffer
    buffer = []
    try unsafe filled.span.withUnsafeBytes { bytes throws(ArrayFileError) in
      try unsafe write(bytes)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(ArrayFileError) {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      // Larger requests fail on Darwin, and Linux cuts them short.
      let request = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      #if canImport(Glibc)
        let written = unsafe Glibc.write(descriptor, request.baseAddress, request.count)
      #elseif canImport(Musl)
        let written = unsafe Musl.write(descriptor, request.baseAddress, request.count)
      #else
        let written = unsafe Darwin.write(descriptor, request.baseAddress, request.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw .unwritable(path: path, reason: systemMessage(errno))
      }
      unsafe rest = rest.dropFirst(written)
    }
  }

  private func commit() throws(ArrayFileError) {
    try flush()
    // Network file systems report a full disk here. Whatever it says, the descriptor is gone.
    let closed = close(descriptor)
    let code = errno
    descriptor = -1
    guard closed == 0 else {
      unsafe unlink(temporaryPath)
      throw .unwritable(path: path, reason: systemMessage(code))
    }
    guard unsafe rename(temporaryPath, path) == 0 else {
      let code = errno
      unsafe unlink(temporaryPath)
      throw .unwritable(path: path, reason: systemMessage(code))
    }
  }
}
