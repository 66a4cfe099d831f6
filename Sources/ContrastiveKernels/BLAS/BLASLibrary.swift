#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is asked of a BLAS: a file for each.
///
/// The platform's is `BLAS.Library`, a type that is known when this is compiled: a product costs a
/// call of the library's function and nothing besides.
protocol BLASLibrary {
  @unsafe static func multiplyFloats(_ product: TileProduct)

  @unsafe static func multiplyDoubles(_ product: TileProduct)

  /// On how many threads a product runs at the most, whichever thread asks for it.
  static var threadCount: Int { get }

  /// For products from here on, of the whole process: see `BLAS.withThreads`.
  static func setThreadCount(_ count: Int)

  /// How many processors this process may use.
  static var processorCount: Int { get }

  /// What the library chose its kernels for, such as `SkylakeX`.
  static var coreName: String { get }

  /// Whether it takes memory of its own for each thread, and waits where that is denied: see `ProductMemory`.
  static var waitsForMemory: Bool { get }
}

extension BLASLibrary {
  /// For libraries that do not say: those that are switched on.
  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  static var waitsForMemory: Bool { false }
}
