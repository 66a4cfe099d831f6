#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory of the system, whose want ends the process as `OutOfMemory` says.
enum SystemMemory {
  /// - Parameter alignment: A power of two, 8 at least.
  @unsafe
  static func allocate(byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer {
    var memory: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&memory, alignment, byteCount) == 0, let memory = unsafe memory
    else {
      let size = byteCount < 1 << 20 ? "\(byteCount) bytes" : "\(byteCount >> 20) MiB"
      OutOfMemory.end(
        "not enough memory: there is no room for \(size); give fewer rows, or raise the limit (ulimit -v)"
      )
    }
    return unsafe memory
  }

  @unsafe
  static func deallocate(_ memory: UnsafeMutableRawPointer) { unsafe free(memory) }
}
