#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that come one after the other, as many as there will be: of a pipe, of what is inflated, of numbers in a text.
///
/// They take at most as much memory as the machine has: a small file can claim to hold, or inflate to, any number.
@safe
struct GrowingBytes: ~Copyable {
  private var start: UnsafeMutableRawPointer?
  private var capacity = 0
  private let path: String

  /// How many there are.
  private(set) var count = 0

  /// - Parameter path: The file's name in errors.
  init(path: String) {
    self.path = path
    unsafe start = nil
  }

  deinit { unsafe free(start) }

  /// Those that are there.
  var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let memory = unsafe UnsafeRawBufferPointer(start: start, count: count)
      let span = unsafe memory.bindMemory(to: UInt8.self).span
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Appends a number as it lies in memory.
  mutating func append(_ element: some BitwiseCopyable) throws(ArrayFileError) {
    let size = MemoryLayout.size(ofValue: element)
    try reserve(size)
    unsafe start?.storeBytes(of: element, toByteOffset: count, as: type(of: element))
    count += size
  }

  /// Appends what `body` writes to at most `limit` bytes.
  ///
  /// - Parameter body: Returns how many it wrote.
  /// - Returns: The same.
  @unsafe
  mutating func append(
    atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(ArrayFileError) -> Int
  ) throws(ArrayFileError) -> Int {
    try reserve(limit)
    let room = unsafe UnsafeMutableRawBufferPointer(
      start: start.map { unsafe $0 + count }, count: limit)
    let written = try unsafe body(room)
    precondition(0...limit ~= written)
    count += written
    return written
  }

  /// Appends some of what can be read from a descriptor; returns how much it was, 0 at the end.
  mutating func append(readingFrom descriptor: Int32) throws(ArrayFileError) -> Int {
    let path = path
    return try unsafe append(atMost: 1 << 18) { room throws(ArrayFileError) in
      while true {
        #if canImport(Glibc)
          let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
        #elseif canImport(Musl)
          let count = unsafe Musl.read(descriptor, room.baseAddress, room.count)
        #else
          let count = unsafe Darwin.read(descriptor, room.baseAddress, room.count)
        #endif
        if count >= 0 { return count }
        guard errno == EINTR else {
          throw .unreadable(path: path, reason: systemMessage(errno))
        }
      }
    }
  }

  /// The bytes, which are no longer these.
  mutating func finish() -> FileBytes {
    let result = unsafe FileBytes(UnsafeRawPointer(start), count: count, isMapped: false)
    unsafe start = nil
    (count, capacity) = (0, 0)
    return result
  }

  private mutating func reserve(_ further: Int) throws(ArrayFileError) {
    guard further > capacity - count else { return }
    let wanted = max(count + further, capacity * 2, 1 << 12)
    guard count + further <= Self.memoryOfTheMachine,
      let memory = unsafe realloc(start, wanted)
    else {
      throw .unreadable(
        path: path, reason: "it needs more memory than there is; save it uncompressed, as .npy")
    }
    unsafe start = memory
    capacity = wanted
  }

  private static let memoryOfTheMachine: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    let (product, overflow) = pages.multipliedReportingOverflow(by: size)
    return overflow || product <= 0 ? .max : product
  }()
}
