#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A whole file, mapped read-only.
///
/// This file and `OutputFile.swift` are the unsafe code of the module (`FileArray` hands a pointer
/// on). What makes the reads safe is that the mapping lives as long as the object, and that every
/// access is checked against the file's length at the time of mapping.
///
/// A file that another process *shortens in place* while it is mapped cannot be defended against:
/// reading the lost pages raises SIGBUS. Replacing a file by renaming, as `OutputFile` does, is
/// harmless.
//
// @unchecked: the memory is never written to.
@safe
final class FileMapping: @unchecked Sendable {
  private let start: UnsafeRawPointer?
  private let byteCount: Int

  /// Maps the file at a path.
  ///
  /// - Throws: `.notFound` or `.unreadable`.
  init(_ path: String) throws(ArrayFileError) {
    // The C string would end there, and name another file.
    guard !path.utf8.contains(0) else {
      throw .unreadable(path: path, reason: "its name holds a NUL character")
    }
    // Without O_NONBLOCK, opening a FIFO that nobody writes to would wait for ever.
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { throw .notFound(path: path) }
      throw .unreadable(path: path, reason: systemMessage(code))
    }
    defer { close(descriptor) }

    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: systemMessage(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(
        path: path, reason: "expected a regular file, found \(kind(of: status.st_mode))")
    }
    guard let byteCount = Int(exactly: status.st_size) else {
      throw .unreadable(path: path, reason: "it is larger than can be addressed")
    }
    self.byteCount = byteCount
    guard byteCount > 0 else {
      // mmap refuses to map nothing.
      unsafe start = nil
      return
    }
    guard let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != MAP_FAILED
    else { throw .unreadable(path: path, reason: systemMessage(errno)) }
    unsafe self.start = UnsafeRawPointer(start)
  }

  deinit {
    if let start = unsafe start {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), byteCount)
    }
  }

  /// The file's contents.
  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let memory = unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
      let span = unsafe memory.bindMemory(to: UInt8.self).span
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Converts consecutive elements, aligned or not, into `results`.
  ///
  /// - Precondition: As many elements as `results` holds lie inside the file.
  @inline(__always)
  func convert<Element: ArrayElement & FixedWidthInteger, Result: BitwiseCopyable, Failure: Error>(
    _: Element.Type, at byteOffset: Int, into results: inout MutableSpan<Result>,
    _ transform: (Element) throws(Failure) -> Result
  ) throws(Failure) {
    let size = MemoryLayout<Element>.size
    precondition(0...byteCount ~= byteOffset)
    precondition(results.count <= (byteCount - byteOffset) / size)
    // Nothing to convert: only then may there be no memory.
    guard let start = unsafe start else { return }
    // Through pointers: a span's checks made the loop take nearly twice the time.
    try unsafe results.withUnsafeMutableBufferPointer { results throws(Failure) in
      for index in 0..<results.count {
        let element = unsafe start.loadUnaligned(
          fromByteOffset: byteOffset + index * size, as: Element.self)
        unsafe results[index] = try transform(element)
      }
    }
  }

  /// The elements themselves, if they are aligned; valid while this object lives.
  ///
  /// - Precondition: The elements lie inside the file.
  @unsafe
  func elements<Element: ArrayElement>(
    _: Element.Type, at byteOffset: Int, count: Int
  ) -> UnsafeBufferPointer<Element>? {
    precondition(0...byteCount ~= byteOffset && count >= 0)
    precondition(count <= (byteCount - byteOffset) / MemoryLayout<Element>.size)
    // A mapping begins on a page, so that the offset alone decides.
    guard let start = unsafe start,
      byteOffset.isMultiple(of: MemoryLayout<Element>.alignment)
    else { return nil }
    let first = unsafe (start + byteOffset).bindMemory(to: Element.self, capacity: count)
    return unsafe UnsafeBufferPointer(start: first, count: count)
  }
}

extension MutableSpan where Element: BitwiseCopyable {
  /// Calls `body` with the elements if they are of a type, which generic code can ask but not see.
  ///
  /// - Returns: Whether they are.
  mutating func withElements<Known: BitwiseCopyable>(
    as type: Known.Type, _ body: (inout MutableSpan<Known>) -> Void
  ) -> Bool {
    guard Element.self == Known.self else { return false }
    unsafe withUnsafeMutableBufferPointer { elements in
      let start = UnsafeMutableRawPointer(elements.baseAddress)
      guard let known = unsafe start?.assumingMemoryBound(to: Known.self) else { return }
      var span = unsafe MutableSpan<Known>(_unsafeStart: known, count: elements.count)
      body(&span)
    }
    return true
  }
}

/// What the system calls an error.
///
/// The C libraries this builds with keep the text constant or one per thread.
func systemMessage(_ code: Int32) -> String {
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// What a thing that is no regular file is.
func kind(of mode: mode_t) -> String {
  switch mode & S_IFMT {
  case S_IFDIR: "a directory"
  case S_IFIFO: "a pipe"
  case S_IFLNK: "a symbolic link"
  case S_IFSOCK: "a socket"
  default: "a device"
  }
}
