#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file: mapped read-only, or held in memory where there is nothing to map.
///
/// This file, `Checksum.swift`, `GrowingBytes.swift`, `Inflation.swift`, `OpenedFile.swift`, `OutputFile.swift` and
/// `SystemFileOperations.swift` are the unsafe code of the module (`FileArray` hands a pointer on). What makes the reads safe is that the memory lives as long as the object, and
/// that every access is checked against its length.
///
/// A file that another process *shortens in place* while it is mapped cannot be defended against:
/// reading the lost pages raises SIGBUS. What is written over in place changes under the reader. Replacing a
/// file by renaming, as `OutputFile` does, is harmless. Programs that read files of others can copy small ones
/// and watch the rest: `FileAccess`.
//
// @unchecked: the memory is never written to.
@safe
final class FileBytes: @unchecked Sendable {
  private let start: UnsafeRawPointer?
  private let isMapped: Bool

  /// How many bytes there are.
  let count: Int

  /// - Parameter start: Memory of `mmap`, or of `malloc`; nil if there are no bytes.
  init(_ start: UnsafeRawPointer?, count: Int, isMapped: Bool) {
    unsafe self.start = start
    self.count = count
    self.isMapped = isMapped
  }

  /// The bytes at a path, or of standard input for `-`.
  ///
  /// Files are mapped, or copied if the access says so. Pipes are read to their end, which waits for whoever writes to them, or until they bring more than
  /// their header says, or what is not read.
  ///
  /// - Throws: `.notFound`, `.outOfMemory` or `.unreadable`.
  static func read(
    _ path: String, by access: FileAccess = .mapping
  ) throws(ArrayFileError) -> FileBytes {
    guard path != "-" else { return try read(descriptor: STDIN_FILENO, path: path, by: access) }
    // The C string would end there, and name another file.
    guard !path.utf8.contains(0) else {
      throw .unreadable(path: path, reason: "its name holds a NUL character")
    }
    // Opening some devices waits for ever, and what is no file and no pipe is refused below.
    let mayWait = FileKind(at: path) == .pipe
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | (mayWait ? 0 : O_NONBLOCK))
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { throw .notFound(path: path) }
      throw .unreadable(path: path, reason: systemMessage(code))
    }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, path: path, by: access)
  }

  private static func read(
    descriptor: Int32, path: String, by access: FileAccess
  ) throws(ArrayFileError) -> FileBytes {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: systemMessage(errno))
    }
    switch FileKind(status.st_mode) {
    case .file:
      // A shell may have read the beginning of what it hands on.
      guard path != "-" || lseek(descriptor, 0, SEEK_CUR) == 0 else { break }
      guard let byteCount = Int(exactly: status.st_size) else {
        throw .unreadable(path: path, reason: "it is larger than can be addressed")
      }
      let isCopied = byteCount <= access.largestCopy
      let bytes =
        isCopied
        ? try copy(descriptor: descriptor, byteCount: byteCount, path: path)
        : try map(descriptor: descriptor, byteCount: byteCount, path: path)
      if let watch = access.watch {
        watch(
          try OpenedFile(
            path, descriptor: descriptor, state: FileState(status),
            addresses: isCopied ? nil : bytes.addresses))
      }
      return bytes
    case .pipe, .socket: break
    case .directory, .device, .link:
      throw .unreadable(
        path: path,
        reason: "expected a regular file or a pipe, found \(FileKind(status.st_mode).rawValue)")
    }
    var bytes = GrowingBytes(path: path)
    var size = ExpectedSize(ofPipe: path)
    while try bytes.append(readingFrom: descriptor) > 0 { try size.check(bytes.span) }
    return bytes.finish()
  }

  private static func copy(
    descriptor: Int32, byteCount: Int, path: String
  ) throws(ArrayFileError) -> FileBytes {
    guard byteCount > 0 else { return unsafe FileBytes(nil, count: 0, isMapped: false) }
    // Aligned as a mapping's lines of the cache are.
    var start: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&start, 64, byteCount) == 0, let start = unsafe start else {
      throw .outOfMemory(path: path, byteCount: byteCount)
    }
    var count = 0
    while count < byteCount {
      let added = unsafe pread(descriptor, start + count, byteCount - count, off_t(count))
      if added < 0, errno == EINTR { continue }
      guard added >= 0 else {
        let code = errno
        unsafe free(start)
        throw .unreadable(path: path, reason: systemMessage(code))
      }
      // It became shorter, which whoever watches it is about to find.
      if added == 0 { break }
      count += added
    }
    return unsafe FileBytes(UnsafeRawPointer(start), count: count, isMapped: false)
  }

  private static func map(
    descriptor: Int32, byteCount: Int, path: String
  ) throws(ArrayFileError) -> FileBytes {
    // mmap refuses to map nothing.
    guard byteCount > 0 else { return unsafe FileBytes(nil, count: 0, isMapped: true) }
    guard let start = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != MAP_FAILED
    else {
      let code = errno
      if code == ENOMEM { throw .outOfMemory(path: path, byteCount: byteCount) }
      throw .unreadable(path: path, reason: systemMessage(code))
    }
    return unsafe FileBytes(UnsafeRawPointer(start), count: byteCount, isMapped: true)
  }

  deinit {
    guard let start = unsafe start else { return }
    let memory = unsafe UnsafeMutableRawPointer(mutating: start)
    if isMapped { unsafe munmap(memory, count) } else { unsafe free(memory) }
  }

  /// Where they are in memory.
  private var addresses: Range<UInt> {
    let start = unsafe UInt(bitPattern: self.start)
    return start..<start + UInt(count)
  }

  /// All of them.
  var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let memory = unsafe UnsafeRawBufferPointer(start: start, count: count)
      let span = unsafe memory.bindMemory(to: UInt8.self).span
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Converts elements a distance apart, aligned or not, into some of the results.
  ///
  /// - Parameters:
  ///   - byteOffset: Where the first element is.
  ///   - stride: The distance, in bytes.
  ///   - range: Which results to set.
  /// - Precondition: The elements lie inside the file.
  @inline(__always)
  func convert<Element: ArrayElement & FixedWidthInteger, Result: BitwiseCopyable, Failure: Error>(
    _: Element.Type, at byteOffset: Int, stride: Int, into results: inout MutableSpan<Result>,
    at range: Range<Int>, _ transform: (Element) throws(Failure) -> Result
  ) throws(Failure) {
    guard !range.isEmpty else { return }
    let size = MemoryLayout<Element>.size
    precondition(0 <= range.lowerBound && range.upperBound <= results.count)
    precondition(size <= count && 0...count - size ~= byteOffset && stride >= 0)
    precondition(range.count == 1 || (count - size - byteOffset) / (range.count - 1) >= stride)
    guard let start = unsafe start else { return }
    // Through pointers: a span's checks made the loop take nearly twice the time.
    try unsafe results.withUnsafeMutableBufferPointer { results throws(Failure) in
      for index in 0..<range.count {
        let element = unsafe start.loadUnaligned(
          fromByteOffset: byteOffset + index * stride, as: Element.self)
        unsafe results[range.lowerBound + index] = try transform(element)
      }
    }
  }

  /// The elements themselves, if they are aligned; valid while this object lives.
  ///
  /// - Precondition: The elements lie inside the file.
  @unsafe
  func elements<Element: ArrayElement>(
    _: Element.Type, at byteOffset: Int, count elementCount: Int
  ) -> UnsafeBufferPointer<Element>? {
    precondition(0...count ~= byteOffset && elementCount >= 0)
    precondition(elementCount <= (count - byteOffset) / MemoryLayout<Element>.size)
    // A mapping begins on a page, and `malloc` aligns for every type, so that the offset alone decides.
    guard let start = unsafe start,
      byteOffset.isMultiple(of: MemoryLayout<Element>.alignment)
    else { return nil }
    let first = unsafe (start + byteOffset).bindMemory(to: Element.self, capacity: elementCount)
    return unsafe UnsafeBufferPointer(start: first, count: elementCount)
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
