import Synchronization

/// The platform's BLAS, and its threads.
package enum BLAS {
  #if canImport(Accelerate)
    typealias Library = AccelerateBLAS
  #elseif OpenBLAS
    typealias Library = OpenBLAS
  #elseif PortableGEMM
    typealias Library = PortableBLAS
  #else
    #error("no BLAS: enable the trait OpenBLAS, or PortableGEMM, which is slow")
  #endif

  /// What the library chose its kernels for, such as `SkylakeX`.
  package static var coreName: String { Library.coreName }

  /// The library's present number of threads.
  package static var threadCount: Int { Library.threadCount }

  /// Runs `body` with BLAS at a number of threads, or fewer where somebody else asks for fewer.
  ///
  /// The setting belongs to the whole process, so it is a counted lease: the first holder saves it,
  /// the smallest number that any holder asks for is set, and the last one restores it. (A plain
  /// save and restore by two callers can leave the process at one thread for ever.) Whoever sets it besides,
  /// in the midst of a call, changes how products are cut, and the last digits with it: to look before each
  /// product would only make that rarer.
  package static func withThreads<Result, Failure: Error>(
    _ count: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    ProductMemory.shared.requireRoom(threads: count)
    let count = max(1, count)
    lease.withLock { $0.add(count) }
    defer { lease.withLock { $0.remove(count) } }
    return try body()
  }

  private struct Lease {
    /// What each holder asks for.
    private var counts: [Int] = []
    private var saved = 1

    mutating func add(_ count: Int) {
      if counts.isEmpty { saved = Library.threadCount }
      counts.append(count)
      apply()
    }

    mutating func remove(_ count: Int) {
      if let index = counts.lastIndex(of: count) { counts.remove(at: index) }
      apply()
    }

    private func apply() {
      let wanted = counts.min() ?? saved
      if Library.threadCount != wanted { Library.setThreadCount(wanted) }
    }
  }

  private static let lease = Mutex(Lease())
}
