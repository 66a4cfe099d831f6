#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The operations as the system does them.
package struct SystemFileOperations: FileOperations {
  package init() {}

  package func create(_ path: String) throws(FileOperationError) -> Int32 {
    try Self.check(unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666))
  }

  package func write(_ bytes: RawSpan, to descriptor: Int32) throws(FileOperationError) {
    try unsafe bytes.withUnsafeBytes { bytes throws(FileOperationError) in
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
          throw FileOperationError(code: errno)
        }
        unsafe rest = rest.dropFirst(written)
      }
    }
  }

  package func synchronize(_ descriptor: Int32) throws(FileOperationError) {
    #if canImport(Darwin)
      // There `fsync` stops at the drive's own memory; what cannot do more answers with an error.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    try Self.check(fsync(descriptor))
  }

  package func close(_ descriptor: Int32) throws(FileOperationError) {
    #if canImport(Glibc)
      try Self.check(Glibc.close(descriptor))
    #elseif canImport(Musl)
      try Self.check(Musl.close(descriptor))
    #else
      try Self.check(Darwin.close(descriptor))
    #endif
  }

  package func rename(_ path: String, to newPath: String) throws(FileOperationError) {
    #if canImport(Glibc)
      try Self.check(unsafe Glibc.rename(path, newPath))
    #elseif canImport(Musl)
      try Self.check(unsafe Musl.rename(path, newPath))
    #else
      try Self.check(unsafe Darwin.rename(path, newPath))
    #endif
  }

  package func synchronizeFolder(_ path: String) throws(FileOperationError) {
    let folder = path.isEmpty ? "." : path
    let descriptor = try Self.check(unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    defer { try? close(descriptor) }
    do {
      try synchronize(descriptor)
    } catch {
      // What file systems answer that know no such thing, as some network ones.
      guard error.code == EINVAL || error.code == ENOTSUP else { throw error }
    }
  }

  package func remove(_ path: String) { unsafe unlink(path) }

  @discardableResult
  private static func check(_ result: Int32) throws(FileOperationError) -> Int32 {
    guard result >= 0 else { throw FileOperationError(code: errno) }
    return result
  }
}
