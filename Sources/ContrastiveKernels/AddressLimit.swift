#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The limit of a process's addresses, `ulimit -v`, as batch systems set it.
///
/// Under one, some that ask the system for memory do not take no for an answer: OpenBLAS asks again without end, and
/// libdispatch every second. So they are not let ask before there is room.
enum AddressLimit {
  /// Whether there is a limit: without one, memory that is missing is not denied, but taken from somebody.
  static let isSet: Bool = {
    #if os(Linux)
      #if canImport(Glibc)
        return limit(__rlimit_resource_t(RLIMIT_AS.rawValue)) != nil
      #else
        return limit(RLIMIT_AS) != nil
      #endif
    #else
      // Darwin keeps to none.
      return false
    #endif
  }()

  /// What a thread takes, most of it for its stack.
  static let threadByteCount: Int = {
    #if canImport(Glibc)
      let stack = limit(__rlimit_resource_t(RLIMIT_STACK.rawValue))
    #else
      let stack = limit(RLIMIT_STACK)
    #endif
    return (stack ?? 8 << 20) + (1 << 20)
  }()

  /// A limit of the process, if there is one.
  private static func limit(_ resource: Resource) -> Int? {
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
    // As infinity each system has a number of its own, none of which is a possible size.
    return limit.rlim_cur < 1 << 56 ? Int(limit.rlim_cur) : nil
  }

  #if canImport(Glibc)
    private typealias Resource = __rlimit_resource_t
  #else
    private typealias Resource = Int32
  #endif

  /// Whether there is room for so many bytes in one piece.
  static func hasRoom(_ byteCount: Int) -> Bool {
    guard let address = unsafe reserve(byteCount) else { return false }
    unsafe munmap(address, byteCount)
    return true
  }

  /// Keeps addresses to be given back in time; nil if there are not as many.
  @unsafe
  static func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let address = unsafe mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0)
    return unsafe address == MAP_FAILED ? nil : address
  }

  /// Whether another thread can be made.
  static var hasRoomForThread: Bool { !isSet || hasRoom(threadByteCount) }
}
