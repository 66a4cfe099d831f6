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
/// OpenBLAS asks for it. Without a limit nothing of this is done.
@safe final class ProductMemory: Sendable {
  static let shared = ProductMemory()

  /// The size of a buffer on x86-64, and no less than elsewhere.
  private static let byteCount = 128 << 20

  /// What goes with a buffer: OpenBLAS maps a page with it, and the call it is for has some small arrays to make.
  private static let slack = 1 << 20

  /// What is set aside, by its addresses; nil before the first product.
  private let reserve = Mutex<[UInt]?>(nil)
  private let threadCount = Atomic(0)
  private let largestThreadCount = Atomic(0)

  /// Tells that a thread begins a product; ends the process if OpenBLAS would wait for ever.
  func enter() {
    guard AddressLimit.isSet else { return }
    let count = threadCount.wrappingAdd(1, ordering: .relaxed).newValue
    guard count > largestThreadCount.load(ordering: .acquiring) else { return }
    reserve.withLock { reserve in
      while largestThreadCount.load(ordering: .relaxed) < count {
        Self.giveBuffer(from: &reserve)
        largestThreadCount.wrappingAdd(1, ordering: .releasing)
      }
    }
  }

  /// Tells that a thread's product is done.
  func leave() {
    guard AddressLimit.isSet else { return }
    threadCount.wrappingSubtract(1, ordering: .relaxed)
  }

  /// Requires room for the buffers of OpenBLAS's own threads.
  func requireRoom(threads: Int) {
    guard AddressLimit.isSet, threads > 1 else { return }
    let room = threads * (Self.byteCount + Self.slack)
    guard AddressLimit.hasRoom(room) else { Self.end() }
  }

  /// Makes room for a buffer.
  private static func giveBuffer(from reserve: inout [UInt]?) {
    let size = byteCount + slack
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
