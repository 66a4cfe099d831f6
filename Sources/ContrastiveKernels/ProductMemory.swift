import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Room for what OpenBLAS takes besides the arrays of a product, under a limit of addresses.
///
/// It takes a buffer for each thread that is in a product at the same time, and keeps it for the next one. So a thread
/// that is one more than ever before needs a buffer more: that is set aside beforehand, and given back in the moment in which
/// OpenBLAS asks for it, one buffer at a time: what is free until then is meant for nobody else. Without a limit, or with
/// another BLAS, nothing of this is done.
@safe final class ProductMemory: Sendable {
  static let shared = ProductMemory()

  /// The size of a buffer on x86-64, and no less than elsewhere.
  private static let byteCount = 128 << 20

  /// What goes with a buffer: OpenBLAS maps a page with it, and the call it is for has some small arrays to make.
  private static let slack = 1 << 20

  /// What may be taken between the moment in which addresses are given back and that in which OpenBLAS maps them: the stacks
  /// of some threads that are being made.
  private static var others: Int { 4 * AddressLimit.threadByteCount }

  /// What is set aside, by its addresses; nil before the first product.
  private let reserve = Mutex<[UInt]?>(nil)

  /// How many buffers OpenBLAS has, and how many threads are in a product.
  private let bufferCount = Atomic(0)
  private let threadCount = Atomic(0)

  private static var isNeeded: Bool { BLAS.Library.waitsForMemory && AddressLimit.isSet }

  /// Tells that a thread begins a product; ends the process if OpenBLAS would wait for ever.
  func enter() {
    guard Self.isNeeded, !takesPlace() else { return }
    reserve.withLock { reserve in
      // Meanwhile there may be a place.
      guard !takesPlace() else { return }
      Self.giveBuffer(from: &reserve)
      Self.multiply()
      threadCount.wrappingAdd(1, ordering: .relaxed)
      bufferCount.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Tells that a thread's product is done.
  func leave() {
    guard Self.isNeeded else { return }
    threadCount.wrappingSubtract(1, ordering: .releasing)
  }

  /// Counts a thread in if there is a buffer for it.
  private func takesPlace() -> Bool {
    var count = threadCount.load(ordering: .relaxed)
    while count < bufferCount.load(ordering: .acquiring) {
      let (isDone, found) = threadCount.weakCompareExchange(
        expected: count, desired: count + 1, ordering: .acquiringAndReleasing)
      if isDone { return true }
      count = found
    }
    return false
  }

  /// Requires room for the buffers of OpenBLAS's own threads.
  func requireRoom(threads: Int) {
    guard Self.isNeeded, threads > 1 else { return }
    let room = threads * (Self.byteCount + Self.slack)
    guard AddressLimit.hasRoom(room) else { Self.end() }
  }

  /// A product for which OpenBLAS takes a buffer: of 10⁶ multiplications and fewer it may do without.
  private static func multiply() {
    let count = 128
    let (factor, target) = (
      Block<Float>(rowCount: count, columnCount: count),
      Block<Float>(rowCount: count, columnCount: count)
    )
    let size = Int32(count)
    unsafe Float.multiply(
      TileProduct(
        left: .init(factor.source, isTransposed: false),
        right: .init(factor.source, isTransposed: false),
        target: .init(target.target, isTransposed: false), rows: size, columns: size, depth: size,
        scale: 1, accumulates: false))
  }

  /// Makes room for a buffer.
  private static func giveBuffer(from reserve: inout [UInt]?) {
    let size = byteCount + slack + others
    // For all threads that a call has by default: later there may be less.
    var reserved =
      reserve
      ?? (0..<Workers.available).compactMap { _ in
        unsafe AddressLimit.reserve(size).map { UInt(bitPattern: $0) }
      }
    if let address = reserved.popLast() {
      unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), size)
    } else if !AddressLimit.hasRoom(size) {
      end()
    }
    reserve = reserved
  }

  private static func end() -> Never {
    OutOfMemory.end(
      "not enough memory: a product of matrices takes \(byteCount >> 20) MiB of addresses for each thread; "
        + "raise the limit (ulimit -v)")
  }
}
